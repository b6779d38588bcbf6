import http from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

// A browser that watches, in a thread of its own: it says `watching`, reads what comes, and says
// how many bytes that were when it is told to end.
const { origin, cookie } = workerData as { origin: string; cookie: string }
let bytes = 0
const request = http.get(`${origin}/api/wire`, { headers: { cookie } }, response => {
  if (response.statusCode !== 200) throw new Error(`/api/wire: ${response.statusCode}`)
  response.once('data', () => parentPort?.postMessage('watching'))
  response.on('data', chunk => {
    bytes += chunk.length
  })
})
parentPort?.once('message', () => {
  parentPort?.postMessage(bytes)
  request.destroy()
  parentPort?.close()
})
request.on('error', error => {
  if (bytes === 0) throw error
})
