import { dictionary } from '@zxcvbn-ts/language-common'
import { expect, test } from 'vitest'
import { COMMON, plain } from '../../../lib/accounts/common-passwords.ts'
import { isGuessable } from '../../../lib/accounts/guessable.ts'

const SOMEBODY = { name: 'Sam Person', email: 'sam@some.example' }

test('at least 3,000 common ones fit the policy, and all of them are refused', () => {
  const fitting = [...COMMON].filter(password => [...password].length >= 15)
  expect(fitting.length).toBeGreaterThanOrEqual(3000)
  expect(fitting.filter(password => !isGuessable(password, SOMEBODY))).toEqual([])
})

test('so are those of the library’s own list that fit the policy', () => {
  const fitting = (dictionary['passwords-common'] ?? [])
    .map(String)
    .filter(password => password.length >= 15)
  expect(fitting.length).toBeGreaterThan(30)
  expect(fitting.filter(password => !isGuessable(password, SOMEBODY))).toEqual([])
})

// Popular in lists of what was stolen, or made as those are.
test.each(
  `password12345678 qwertyuiop12345 1234567890abcde iloveyou1234567 thisismypassword
  letmeinletmein1 1q2w3e4r5t6y7u8i9o0p qazwsxedcrfvtgbyhn zaq12wsxcde34rfv football12345678
  ilovemyfamily123 maytheforcebewithyou thelordismyshepherd iwillalwaysloveyou jesuschristislord
  ihatepasswords! mynameismichael correcthorsebatterystaple Password123456! P@ssw0rdP@ssw0rd
  Summer2026Summer asdfghjkl123456 zxcvbnmasdfghjkl 123qweasdzxc123qweasdzxc manchesterunited
  liverpoolfc12345 chelseafootballclub barcelona1234567 abcdefghijklmnop harrypotter12345
  lordoftherings1 onedirection123 blink182blink182 1111111111111111 whatisthepassword
  Welcome@12345678 Qwerty!23456789 Aa123456Aa123456 1qazxcvbnm,./098 passwordpassword123
  qwertyuiop[]asdf 1324354657687980 perasperaadastra neversaymypassword 30secondstomars`.split(
    /\s+/,
  ),
)('popular: %s', password => {
  expect(isGuessable(password, SOMEBODY)).toBe(true)
})

test.each([
  'correct battery of staples',
  'demo songs on the radio',
  'my authscope is a green bicycle',
  'sessions of jazz on tuesdays',
  'aquamarine 9 oh',
  'my cat eats cold noodles',
  'four green kites over lake',
  'plumtractorwobbles',
  'Plum-Tractor-Wobbles-9',
  'green tea at noon',
  'table lamp window',
  'we walk home late',
  'river stone apple',
  'twelve angry penguins',
  'quiet lanterns over rivers',
  'another long one, quite new',
  'größere Straße für alle é',
  'kQ9vX2mB7tR4wZ1',
  'x7Gd-93kk-LqpZ-1',
  'x?;,-(7!*&:.#%_',
  '매일 아침 강가를 천천히 걷는다',
  '우리집 강아지는 낮잠을 좋아해',
  '비 오는 날에는 부침개가 최고',
  '열다섯글자가넘는긴비밀번호입니다',
  '静かな湖に小さな舟が浮かんでいる',
  'тихий фонарь над рекой',
  'the quick brown fox jumps over the lazy dog while nobody at all looks at it',
])('good enough: %s', password => {
  expect(isGuessable(password, SOMEBODY)).toBe(false)
})

test('what is looked at of a long one is bounded, whatever it is made of', () => {
  const long = 'quiet lanterns over rivers, '.repeat(9)
  expect(isGuessable(`${long}wxyz`, SOMEBODY)).toBe(false)
  expect(isGuessable('password'.repeat(32), SOMEBODY)).toBe(true)
  expect(isGuessable(`password${'1'.repeat(60)} and then some lanterns`, SOMEBODY)).toBe(true)
})

test('words of a name count in any case, order and script, those of others do not', () => {
  const zanzibar = { name: 'Zanzibar Fisherman', email: 'zf@lighthouse.example' }
  for (const password of [
    'zanzibarfisherman',
    'FishermanZanzibar1',
    'zf@lighthouse.example',
    'zanzibar fisherman nets',
  ]) {
    expect(isGuessable(password, zanzibar)).toBe(true)
  }
  expect(isGuessable('zanzibar fisherman nets', SOMEBODY)).toBe(false)
  const korean = { name: '김하늘바다', email: 'sky@some.example' }
  expect(isGuessable('김하늘바다김하늘바다 2026 01', korean)).toBe(true)
})

test('the list is in the form in which it is looked up', () => {
  expect([...COMMON].filter(password => plain(password) !== password)).toEqual([])
})
