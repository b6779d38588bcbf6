import { createHmac } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { accept, type Result, refuse } from '../result.ts'
import type { PasswordJob, PasswordJobDone } from './password.worker.ts'

/** Work of one kind that may wait before more is turned away. At 0.3 s each on two workers, the last one waits about 10 s. */
const MAX_WAITING = 64

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/**
 * bcrypt over base64(HMAC-SHA-384(password, pepper)): bcrypt alone would cut at 72 bytes in silence, and without the pepper
 * a stolen database cannot even be guessed at. Hashing takes a third of a second, so it has threads of its own and a bounded queue;
 * reads stay quick while a storm of sign-ins is worked off.
 */
export function createPasswords({ pepper, cost }: { pepper: string; cost: number }) {
  const prehash = (password: string) => createHmac('sha384', pepper).update(password, 'utf8').digest('base64')

  const waiting: { job: PasswordJob; done: (outcome: string | boolean) => void; failed: (error: Error) => void }[] = []
  const idle: Worker[] = []
  const workers = new Set<Worker>()
  const size = Math.max(1, availableParallelism() - 1)
  let nextId = 0

  function startWorker(): Worker {
    const worker = new Worker(new URL('./password.worker.ts', import.meta.url))
    worker.unref()
    workers.add(worker)
    return worker
  }

  function workOff() {
    while (waiting.length > 0) {
      const worker = idle.pop() ?? (workers.size < size ? startWorker() : undefined)
      if (!worker) return
      // Whoever has an account goes before whoever makes one.
      const comparing = waiting.findIndex(({ job }) => 'hash' in job)
      const [next] = waiting.splice(Math.max(comparing, 0), 1)
      if (!next) return
      const settle = (finish: () => void) => {
        worker.off('message', onMessage).off('error', onError)
        finish()
        workOff()
      }
      const onMessage = ({ outcome }: PasswordJobDone) => {
        settle(() => {
          idle.push(worker)
          next.done(outcome)
        })
      }
      const onError = (error: Error) => {
        settle(() => {
          workers.delete(worker)
          next.failed(error)
        })
      }
      worker.on('message', onMessage).on('error', onError)
      worker.postMessage(next.job)
    }
  }

  async function run<T extends string | boolean>(job: DistributiveOmit<PasswordJob, 'id'>): Promise<Result<T>> {
    // Counted apart, so that whoever makes accounts cannot take the places of those who sign in.
    const alike = waiting.filter(({ job: other }) => 'hash' in other === 'hash' in job).length
    if (alike >= MAX_WAITING) return refuse('passwords_busy', { retryAfterSeconds: 5 })
    nextId += 1
    const outcome = await new Promise<string | boolean>((done, failed) => {
      waiting.push({ job: { ...job, id: nextId } as PasswordJob, done, failed })
      workOff()
    })
    return accept(outcome as T)
  }

  // What an unknown account is compared with: a real hash of the same cost, which no password matches.
  let dummyHash: Promise<Result<string>> | undefined

  async function dummy(): Promise<Result<string>> {
    dummyHash ??= run<string>({ prehash: prehash(crypto.randomUUID()), cost })
    const made = await dummyHash.catch(() => null)
    if (made?.ok) return made
    // Made again next time: one that failed must not stand for all that come after it.
    dummyHash = undefined
    return made ?? refuse('passwords_busy', { retryAfterSeconds: 5 })
  }

  return {
    algorithm: 'bcrypt over HMAC-SHA-384',
    cost,
    hash: (password: string) => run<string>({ prehash: prehash(password), cost }),
    /**
     * Whether the password matches. With `hash` null it takes as long and is false: an unknown account looks like a wrong password. So
     * does half a character, which as bytes would be the same as any other and as the mark for what cannot be read.
     */
    async verify(password: string, hash: string | null): Promise<Result<boolean>> {
      if (hash !== null) {
        const compared = await run<boolean>({ prehash: prehash(password), hash })
        return compared.ok ? accept(compared.value && password.isWellFormed()) : compared
      }
      const other = await dummy()
      if (!other.ok) return other
      const compared = await run<boolean>({ prehash: prehash(password), hash: other.value })
      return compared.ok ? accept(false) : compared
    },
    /** Makes the dummy hash before the first sign-in needs it, so that an unknown account never pays for two. */
    async warmUp(): Promise<void> {
      await dummy()
    },
    async close(): Promise<void> {
      await Promise.all([...workers].map(worker => worker.terminate()))
    },
  }
}

export type Passwords = ReturnType<typeof createPasswords>
