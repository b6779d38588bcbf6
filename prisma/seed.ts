import { DEMO_PASSWORD, DEMO_PEOPLE, notesOf, sharedEmail } from '../lib/accounts/demo-people.ts'
import { createApp } from '../lib/app.ts'
import { readConfig } from '../lib/config.ts'
import { createHandle } from '../lib/random.ts'
import { checkPepper } from '../scripts/lib/pepper.ts'
import { main } from '../scripts/lib/steps.mjs'

// The shared demo accounts and a few notes to read. Running it again changes nothing.

// A hash that was made with another pepper would be of no use, and hide that the pepper is another.
await main(() => checkPepper())
const app = createApp(readConfig(process.env))
const missing = []
for (const person of DEMO_PEOPLE) {
  const email = sharedEmail(person.role)
  if (!(await app.accounts.credentials({ email }))) missing.push({ ...person, email })
}
if (missing.length > 0) {
  const hashed = await app.passwords.hash(DEMO_PASSWORD)
  if (!hashed.ok) throw new Error('the password could not be hashed')
  const now = app.clock.now()
  for (const person of missing) {
    const { email, name, role } = person
    const account = await app.accounts.create({
      email,
      name,
      role,
      passwordHash: hashed.value,
      now,
    })
    if (!account) continue
    const data = notesOf(person, now).map(note => ({
      ...note,
      id: createHandle(),
      authorId: account.id,
    }))
    await app.database.note.createMany({ data })
  }
}
await app.close()
