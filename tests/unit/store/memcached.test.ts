import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { StoreUnavailable } from '../../../lib/store/database.ts'
import { openMemcached } from '../../../lib/store/memcached.ts'

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
