import { getServerSession } from 'next-auth'
import { options } from '../../../../auth/next-auth.js'

export async function GET() {
  const found = await getServerSession(options)
  if (!found) return new Response(null, { status: 401 })
  const { email, name } = found.user
  return Response.json({ email, name })
}
