import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { FairQueue } from './fair-queue.ts'
import type { PasswordJob, PasswordOutcome } from './password.worker.ts'

/**
 * How many may wait, of those who have an account and of those who make one. At 0.3 s each, one
 * worker needs 19 s for it.
 */
const MAX_WAITING = 64
/** Bounds what a name takes up while it waits; an address that is longer is nobody's. */
const MAX_NAME = 320

/** Who waits: their networks from narrow to wide, and the account, null where it is being made. */
export type Waiter = {
  networks: string[]
  account: string | null
  signal?: AbortSignal | undefined
}

/** `outcome` is undefined where there is none: turned away, or gone before its turn came. */
type Waiting = {
  job: PasswordJob
  done(outcome: PasswordOutcome | undefined): void
  failed(error: Error): void
}

/**
 * The threads that work on passwords, and the queue before them. They take whoever has an account
 * before whoever makes one, and each in turn by network, then by account. Threads start when there
 * is work for them, and leave one core to everything else.
 */
export function createPasswordPool() {
  const members = new FairQueue<Waiting>(MAX_WAITING)
  // Counted apart, so that whoever makes accounts cannot take the places of those who sign in.
  const newcomers = new FairQueue<Waiting>(MAX_WAITING)
  const idle: Worker[] = []
  const workers = new Set<Worker>()
  const size = Math.max(1, availableParallelism() - 1)

  function startWorker(): Worker {
    const worker = new Worker(new URL('./password.worker.ts', import.meta.url))
    worker.unref()
    workers.add(worker)
    return worker
  }

  function workOff(): void {
    while (members.length + newcomers.length > 0) {
      const worker = idle.pop() ?? (workers.size < size ? startWorker() : undefined)
      const next = worker && (members.next() ?? newcomers.next())
      if (!worker || !next) return
      give(worker, next)
    }
  }

  function give(worker: Worker, { job, done, failed }: Waiting): void {
    const settle = (finish: () => void) => {
      worker.off('message', onMessage).off('error', onError)
      finish()
      workOff()
    }
    const onMessage = (outcome: PasswordOutcome) =>
      settle(() => {
        idle.push(worker)
        done(outcome)
      })
    const onError = (error: Error) =>
      settle(() => {
        workers.delete(worker)
        failed(error)
      })
    worker.on('message', onMessage).on('error', onError)
    worker.postMessage(job)
  }

  /** The queue for somebody, and where in it. */
  const placeOf = ({ networks, account }: Waiter) => ({
    queue: account === null ? newcomers : members,
    path: [...networks.toReversed(), account ?? ''].map(name => name.slice(0, MAX_NAME)),
  })

  return {
    /** Whether a job would be turned away as soon as it comes. */
    isBusyFor(waiter: Waiter): boolean {
      const { queue, path } = placeOf(waiter)
      return queue.wouldRefuse(path)
    },
    /**
     * What came of a job. Undefined where it was turned away, or its client was gone before its
     * turn came.
     */
    async run(job: PasswordJob, waiter: Waiter): Promise<PasswordOutcome | undefined> {
      const { signal } = waiter
      if (signal?.aborted) return undefined
      const { queue, path } = placeOf(waiter)
      return await new Promise<PasswordOutcome | undefined>((resolve, reject) => {
        const settle = () => signal?.removeEventListener('abort', leave)
        const waiting: Waiting = {
          job,
          done: outcome => {
            settle()
            resolve(outcome)
          },
          failed: error => {
            settle()
            reject(error)
          },
        }
        const leave = () => {
          if (queue.remove(waiting)) waiting.done(undefined)
        }
        signal?.addEventListener('abort', leave)
        queue.push(waiting, path)?.done(undefined)
        workOff()
      })
    },
    async close(): Promise<void> {
      await Promise.all([...workers].map(worker => worker.terminate()))
    },
  }
}
