import type { Mode } from '../settings/settings.ts'
import type { Mechanism } from './mechanism.ts'
import { session } from './session/index.ts'
import type { Parts as SessionParts } from './session/issue.ts'
import { token } from './token/index.ts'
import type { Parts as TokenParts } from './token/issue.ts'

/** The mechanism of each mode. */
export const mechanisms: Record<Mode, Mechanism<SessionParts & TokenParts>> = { session, token }
