import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { StoreUnavailable } from '../../../lib/store/database.ts'
import { MEMCACHED_PATIENCE, openMemcached } from '../../../lib/store/memcached.ts'

/** A server that has one answer to everything. */
async function answering(line: string) {
  const server = createServer(
    socket => void socket.on('data', () => void socket.write(`${line}\r\n`)),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const memcached = openMemcached(`memcached://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => {
    memcached.close()
    server.close()
  })
  return memcached
}

test('a server that could not do it has not said that there was nothing to do', async () => {
  const memcached = await answering('SERVER_ERROR out of memory')
  await expect(memcached.get('a')).rejects.toThrow(StoreUnavailable)
  await expect(memcached.set('a', 'b', 1)).rejects.toThrow(StoreUnavailable)
  await expect(memcached.swap('a', 'b', 1, '1')).rejects.toThrow(StoreUnavailable)
  await expect(memcached.delete('a')).rejects.toThrow(StoreUnavailable)
})

test('deleting what is not there is no failure', async () => {
  expect(await (await answering('NOT_FOUND')).delete('a')).toBe(false)
})

test('an answer that came while this process was busy itself is an answer, and no outage', async () => {
  const answering = `
    const { createServer } = require('node:net')
    const { parentPort } = require('node:worker_threads')
    const server = createServer(socket => socket.on('data', () => socket.write('END\\r\\n')))
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`
  const worker = new Worker(answering, { eval: true })
  const [listening] = (await once(worker, 'message')) as [number]
  const memcached = openMemcached(`memcached://127.0.0.1:${listening}`)
  onTestFinished(async () => {
    memcached.close()
    await worker.terminate()
  })
  expect(await memcached.get('a')).toBeNull()
  const asked = memcached.get('a')
  // Longer than an answer is waited for, and the answer is there long before it is over.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MEMCACHED_PATIENCE)
  expect(await asked).toBeNull()
})
