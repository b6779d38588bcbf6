import { createApp } from '../lib/app.ts'
import { readConfig } from '../lib/config.ts'
import { createHandle } from '../lib/random.ts'

// The demo accounts and a few notes to read. Running it again changes nothing.

const PASSWORD = 'demo: watch the wire'
const PEOPLE = [
  { email: 'reader@demo.example', name: 'Rin Reader', role: 'reader' },
  { email: 'editor@demo.example', name: 'Edda Editor', role: 'editor' },
  { email: 'admin@demo.example', name: 'Ada Admin', role: 'admin' },
] as const

const NOTES = [
  [
    'What a session is',
    'A random id in a cookie, and a record on the server that says whom it stands for. Delete the record and every copy of the cookie is dead.',
  ],
  [
    'What a token is',
    'A signed statement: who you are, your role, until when. The server checks the signature and need not remember anything.',
  ],
  ['Try this', 'Sign in once in each mode and compare the steps. Then sign out and replay the old credential.'],
] as const

const app = createApp(readConfig(process.env))
const missing = []
for (const person of PEOPLE) if (!(await app.accounts.credentials({ email: person.email }))) missing.push(person)
if (missing.length > 0) {
  const hashed = await app.passwords.hash(PASSWORD)
  if (!hashed.ok) throw new Error('the password could not be hashed')
  for (const person of missing) {
    const account = await app.accounts.create({ ...person, passwordHash: hashed.value, now: app.clock.now() })
    if (account?.role !== 'editor') continue
    for (const [index, [title, body]] of NOTES.entries()) {
      const createdAt = new Date(app.clock.now().getTime() - index * 1000)
      await app.database.note.create({ data: { id: createHandle(), authorId: account.id, title, body, createdAt } })
    }
  }
}
await app.close()
