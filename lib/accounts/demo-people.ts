import type { Role } from '../settings/settings.ts'
import { DEMO_DOMAIN } from './account.ts'

// Demo mode: who there is to sign in as, and what is on their board. Everybody may know it.

export const DEMO_PASSWORD = 'demo: watch the wire'

type Note = readonly [title: string, body: string]
type Person = { role: Role; name: string; notes: readonly Note[] }

/** Least role first. The notes are newest first. */
export const DEMO_PEOPLE: readonly Person[] = [
  { role: 'reader', name: 'Rin Reader', notes: [] },
  {
    role: 'editor',
    name: 'Edda Editor',
    notes: [
      [
        'What a session is',
        'A random id in a cookie, and a record on the server that says whom it stands for. Delete the record and every copy of the cookie is dead.',
      ],
      [
        'What a token is',
        'A signed statement: who you are, your role, until when. The server checks the signature and need not remember anything.',
      ],
      [
        'Try this',
        'Sign in once in each mode and compare the steps. Then sign out and replay the old credential.',
      ],
    ],
  },
  { role: 'admin', name: 'Ada Admin', notes: [] },
]

/** The notes of one of them, each a second older than the one before. */
export const notesOf = ({ notes }: Person, now: Date) =>
  notes.map(([title, body], index) => ({
    title,
    body,
    createdAt: new Date(now.getTime() - index * 1000),
  }))

/** The seeded account of a role, which everybody shares. */
export const sharedEmail = (role: Role): string => role + DEMO_DOMAIN

/**
 * The account that a cast was made with for a role. Whoever cannot guess the group's name cannot
 * guess the address.
 */
export const castEmail = (role: Role, groupId: string): string => `${role}.${groupId}${DEMO_DOMAIN}`

/** Whether an address is of a cast. Nobody can sign up with one: the domain is reserved. */
export const isCastEmail = (email: string): boolean =>
  email.endsWith(DEMO_DOMAIN) && /^[a-z]+\.[0-9a-f]+@/.test(email)
