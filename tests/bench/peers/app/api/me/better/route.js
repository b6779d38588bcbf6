import { auth } from '../../../../auth/better-auth.js'

export async function GET({ headers }) {
  const found = await auth.api.getSession({ headers })
  if (!found) return new Response(null, { status: 401 })
  const { id, email, name } = found.user
  return Response.json({ id, email, name })
}
