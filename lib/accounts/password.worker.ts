import os from 'node:os'
import { parentPort } from 'node:worker_threads'
import { compareSync, getRounds, hashSync } from 'bcryptjs'
import { isGuessable, type Person } from './guessable.ts'

/** A password to be hashed, unless it is easy to guess for whoever knows the person. */
export type Hashing = { prehash: string; cost: number; unless?: { password: string; of: Person } }
/** A hash to be compared with what was typed, in the one form or, for old hashes, in the other. */
export type Comparing = { prehashes: string[]; cost: number; hash: string }
export type PasswordJob = Hashing | Comparing

/** False where nothing matches. `outdated` matches, and would be made in another way today. */
export type Match = false | 'current' | 'outdated'
/** The hash, or null where the password is too easy to guess; of a comparison, what matched. */
export type PasswordOutcome = string | null | Match

function hash({ prehash, cost, unless }: Hashing): string | null {
  if (unless && isGuessable(unless.password, unless.of)) return null
  return hashSync(prehash, cost)
}

function compare({ prehashes, cost, hash }: Comparing): Match {
  const index = prehashes.findIndex(prehash => compareSync(prehash, hash))
  if (index < 0) return false
  return index === 0 && getRounds(hash) === cost ? 'current' : 'outdated'
}

// Where cores are scarce, whoever only reads must not wait for a password that is hashed. On Linux
// a priority is that of a thread; elsewhere it would be that of the whole process.
if (os.platform() === 'linux') os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL)

parentPort?.on('message', (job: PasswordJob) => {
  const outcome: PasswordOutcome = 'hash' in job ? compare(job) : hash(job)
  parentPort?.postMessage(outcome)
})
