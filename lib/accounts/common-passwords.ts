/**
 * What people choose when 15 characters are asked for: keyboard walks, counting, one word over and over, lyrics and phrases,
 * and the words of this app (ASVS 5.0, 6.2.4 and 6.2.11). Compared without case, spaces and punctuation.
 */
const COMMON = new Set(
  `passwordpassword passwordpassword1 password1password password123password passw0rdpassw0rd mypasswordispassword
  thisismypassword thisisapassword thisismypassword1 iforgotmypassword ihatepasswords123 changemechangeme changethispassword
  letmeinletmeinletmein letmeinplease123 welcomewelcome123 welcometothejungle adminadminadmin administrator123 administratoradministrator
  qwertyuiopasdfghjkl qwertyuiopasdfg qwertyuiopasdfghjklzxcvbnm qwertyqwertyqwerty qwerty123qwerty123 1qaz2wsx3edc4rfv 1q2w3e4r5t6y7u8i
  1q2w3e4r5t6y7u8i9o0p qazwsxedcrfvtgb zxcvbnmasdfghjkl asdfghjklqwertyuiop asdfghjklzxcvbnm 123456789012345 1234567890123456 12345678901234567890
  123456123456123456 123123123123123 111111111111111 000000000000000 112233445566778899 987654321098765 abcdefghijklmno abcdefghijklmnop
  abcdefghijklmnopqrstuvwxyz abc123abc123abc123 aaaaaaaaaaaaaaa iloveyouiloveyou iloveyouforever iloveyousomuch1 ilovemyfamily123
  loveyouforever123 princessprincess sunshinesunshine footballfootball baseballbaseball basketball12345 superman12345678 batmanbatmanbatman
  dragondragondragon monkeymonkeymonkey masterofpuppets starwarsstarwars harrypotter12345 maytheforcebewithyou correcthorsebatterystaple
  trustno1trustno1 onetwothreefour opensesameopensesame supercalifragilisticexpialidocious happybirthdaytoyou tobeornottobe123
  thequickbrownfox thequickbrownfoxjumps iamthebestintheworld jesuslovesme12345 godisgood1234567 computercomputer internetinternet
  passwordisnottaken whateverwhatever helloworldhelloworld helloworld12345 hellohellohello samsungsamsung12 mustangmustang123
  demowatchthewire authscopeauthscope authscopepassword sessionortoken cookiesessiontoken bearertokenjwt correctpasswordhere
  secretsecretsecret supersecretpassword topsecretpassword temporarypassword temppassword1234 newpassword12345
  defaultpassword1 rootrootrootroot testtesttesttest testpassword1234 guestguestguest userpassword1234 companypassword1 winter2026winter
  summer2026summer spring2026spring autumn2026autumn january2026january monday123monday`.split(/\s+/),
)

const WORDS_OF_THIS_APP = [
  'authscope',
  'password',
  'session',
  'token',
  'cookie',
  'bearer',
  'admin',
  'editor',
  'reader',
  'wire',
  'watch',
  'demo',
  'the',
]

const plain = (password: string) => password.toLowerCase().replace(/[\s\p{P}]/gu, '')

/** Whether a password is a common one, one short piece repeated, a run of the keyboard's digits, or only words of this app. */
export function isCommonPassword(password: string): boolean {
  const letters = plain(password)
  if (letters === '' || COMMON.has(letters)) return true
  if (/^(.{1,4})\1+.{0,3}$/u.test(letters)) return true
  const rest = WORDS_OF_THIS_APP.reduce((left, word) => left.replaceAll(word, ''), letters)
  return rest.length <= 4 && /^\d*$/.test(rest)
}
