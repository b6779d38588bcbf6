export type ServerEvent = { id: string | null; event: string; data: string }

/** One event from its lines. A field has one line here, since what is told is JSON. */
function toEvent(block: string): ServerEvent | null {
  const fields = new Map(
    block.split('\n').map(line => {
      const at = line.indexOf(': ')
      return [line.slice(0, Math.max(0, at)), line.slice(at + 2)]
    }),
  )
  const [event, data] = [fields.get('event'), fields.get('data')]
  return event === undefined || data === undefined
    ? null
    : { id: fields.get('id') ?? null, event, data }
}

/**
 * The events of a stream as they arrive (HTML, 9.2.6, as far as `GET /api/wire` uses it). Read with
 * `fetch` and not with `EventSource`, which does not tell why it was refused, and gives up for good
 * when it was.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = `${rest}${decoder.decode(value, { stream: true })}`.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = toEvent(block)
      if (event) yield event
    }
  }
}
