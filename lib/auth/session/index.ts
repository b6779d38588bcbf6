import type { Mechanism } from '../mechanism.ts'
import { clear, type OpenedId, receive } from './carrier.ts'
import { issue, type Parts } from './issue.ts'
import { open } from './open.ts'
import { refresh, renew } from './refresh.ts'
import { end, list, revoke } from './revoke.ts'
import { standing } from './standing.ts'

/** A session: the browser keeps an id, the server what it stands for. */
export const session: Mechanism<Parts, OpenedId> = {
  mode: 'session',
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
