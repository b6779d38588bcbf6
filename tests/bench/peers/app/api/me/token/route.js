import { getToken } from 'next-auth/jwt'
import { SECRET } from '../../../../auth/secret.js'

export async function GET(req) {
  const found = await getToken({ req, secret: SECRET })
  if (!found) return new Response(null, { status: 401 })
  const { sub, email, name } = found
  return Response.json({ id: sub, email, name })
}
