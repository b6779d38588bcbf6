import { expect, test } from 'vitest'
import { toExchanges } from '../../../../lib/wire/view/exchanges.ts'
import { toHar } from '../../../../lib/wire/view/har.ts'
import { received, sent } from '../../../fixtures/told.ts'

test('a recording is HAR 1.2, with an entry for each exchange that was answered', () => {
  const har = toHar(
    toExchanges([received('a', '/api/me?x=1'), sent('a'), received('b')]),
    'http://localhost:3000',
  )
  expect(har.log).toMatchObject({ version: '1.2', creator: { name: 'Authscope' } })
  expect(har.log.entries).toHaveLength(1)
  expect(har.log.entries[0]).toMatchObject({
    startedDateTime: '2030-01-02T03:04:05.678Z',
    time: 1.5,
    request: {
      method: 'GET',
      url: 'http://localhost:3000/api/me?x=1',
      queryString: [{ name: 'x', value: '1' }],
    },
    response: { status: 200 },
  })
})
