import { parentPort } from 'node:worker_threads'
import { compareSync, hashSync } from 'bcryptjs'

/** One piece of work for a worker: hash `prehash` at `cost`, or compare it with `hash`. */
export type PasswordJob = { id: number; prehash: string } & ({ cost: number } | { hash: string })
export type PasswordJobDone = { id: number; outcome: string | boolean }

parentPort?.on('message', (job: PasswordJob) => {
  const outcome = 'cost' in job ? hashSync(job.prehash, job.cost) : compareSync(job.prehash, job.hash)
  parentPort?.postMessage({ id: job.id, outcome } satisfies PasswordJobDone)
})
