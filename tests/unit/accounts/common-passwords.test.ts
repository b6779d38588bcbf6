import { expect, test } from 'vitest'
import { isCommonPassword } from '../../../lib/accounts/common-passwords.ts'

test.each([
  'correct horse battery staple',
  '123456789012345',
  'qwertyuiopasdfg',
  'QwErTyUiOpAsDfGhJkL',
  'p-a-s-s-w-o-r-d-p-a-s-s-w-o-r-d',
  'xyxyxyxyxyxyxyxyxyx',
  'admin admin admin',
  'session token cookie',
  'Authscope Authscope 1',
  '!!!!!!!!!!!!!!!!!!!!',
  '',
])('too easy to guess: %j', password => {
  expect(isCommonPassword(password)).toBe(true)
})

test.each([
  'correct battery of staples',
  'my authscope is a green bicycle',
  'sessions of jazz on tuesdays',
  'aaaaaaaaaaaaaab bridge',
  '열다섯 글자가 넘는 긴 비밀번호입니다',
])('good enough: %j', password => {
  expect(isCommonPassword(password)).toBe(false)
})
