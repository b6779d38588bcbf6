import { expect, test } from 'vitest'
import { readSteps } from '../../bench/start.ts'

test('the seconds of a start are those that its steps say', () => {
  const output = [
    '… Installing the packages takes a minute or two',
    '  Install: 15.0 s so far',
    '✓ Install          41.3 s',
    '✓ Generate         unchanged',
    '✓ Build            24.1 s',
    'Authscope is ready on http://localhost:3000 after 66.0 s',
  ].join('\n')
  expect(readSteps(output)).toEqual([
    ['Install', 41.3],
    ['Build', 24.1],
  ])
})
