import credentials from 'next-auth/providers/credentials'
import { SECRET } from './secret.js'

/** next-auth as its documentation sets it up: the session is an encrypted JWT in a cookie. */
export const options = {
  secret: SECRET,
  session: { strategy: 'jwt' },
  providers: [
    credentials({
      credentials: { email: {}, password: { type: 'password' } },
      authorize: ({ email }) => ({ id: '1', email, name: 'Peer' }),
    }),
  ],
}
