import { accept, open, routes } from '@/lib/api'
import { describeApi } from '@/lib/api/openapi'
import * as jwks from '../.well-known/jwks.json/route'
import * as accounts from '../api/accounts/route'
import * as adminKeys from '../api/admin/keys/route'
import * as adminUserDevices from '../api/admin/users/[id]/devices/route'
import * as adminUserResetCode from '../api/admin/users/[id]/reset-code/route'
import * as adminUser from '../api/admin/users/[id]/route'
import * as adminUsers from '../api/admin/users/route'
import * as demoCast from '../api/demo/cast/route'
import * as device from '../api/devices/[id]/route'
import * as devices from '../api/devices/route'
import * as live from '../api/health/live/route'
import * as ready from '../api/health/ready/route'
import * as password from '../api/me/password/route'
import * as me from '../api/me/route'
import * as note from '../api/notes/[id]/route'
import * as notes from '../api/notes/route'
import * as passwordReset from '../api/password-reset/route'
import * as replay from '../api/replay/route'
import * as sessionRefresh from '../api/session/refresh/route'
import * as sessionSignIn from '../api/session/sign-in/route'
import * as sessionSignOut from '../api/session/sign-out/route'
import * as settings from '../api/settings/route'
import * as tokenExchange from '../api/token/exchange/route'
import * as tokenIntrospect from '../api/token/introspect/route'
import * as tokenRefresh from '../api/token/refresh/route'
import * as tokenRevoke from '../api/token/revoke/route'
import * as tokenSignIn from '../api/token/sign-in/route'
import * as tokenSignOut from '../api/token/sign-out/route'
import * as verify from '../api/verify/route'

// A test holds this list to the folders. `GET /api/wire` answers with a stream of events, which
// OpenAPI cannot describe.
const DESCRIBED = {
  '/.well-known/jwks.json': jwks,
  '/api/accounts': accounts,
  '/api/admin/keys': adminKeys,
  '/api/admin/users': adminUsers,
  '/api/admin/users/[id]': adminUser,
  '/api/admin/users/[id]/devices': adminUserDevices,
  '/api/admin/users/[id]/reset-code': adminUserResetCode,
  '/api/demo/cast': demoCast,
  '/api/devices': devices,
  '/api/devices/[id]': device,
  '/api/health/live': live,
  '/api/health/ready': ready,
  '/api/me': me,
  '/api/me/password': password,
  '/api/notes': notes,
  '/api/notes/[id]': note,
  '/api/password-reset': passwordReset,
  '/api/replay': replay,
  '/api/session/refresh': sessionRefresh,
  '/api/session/sign-in': sessionSignIn,
  '/api/session/sign-out': sessionSignOut,
  '/api/settings': settings,
  '/api/token/exchange': tokenExchange,
  '/api/token/introspect': tokenIntrospect,
  '/api/token/refresh': tokenRefresh,
  '/api/token/revoke': tokenRevoke,
  '/api/token/sign-in': tokenSignIn,
  '/api/token/sign-out': tokenSignOut,
  '/api/verify': verify,
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: open({ says: 'This description', handle: async () => accept(describeApi(DESCRIBED)) }),
})
