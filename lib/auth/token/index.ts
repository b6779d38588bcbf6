import type { Claims } from '../jwt/check.ts'
import type { Mechanism } from '../mechanism.ts'
import { clear, receive } from './carrier.ts'
import { issue, type Parts } from './issue.ts'
import { open } from './open.ts'
import { refresh, renew } from './refresh.ts'
import { end, list, revoke } from './revoke.ts'
import { standing } from './standing.ts'

/** A token: the page keeps what says who it is, the server a row to end it by. */
export const token: Mechanism<Parts, Claims> = {
  mode: 'token',
  receive,
  clear,
  open,
  standing,
  issue,
  refresh,
  renew,
  revoke,
  end,
  list,
}
