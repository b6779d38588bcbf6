/** Roles, least first. Each may do what those before it may. */
export const ROLES = ['reader', 'editor', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Whether `role` may do what needs `least`. */
export const hasRole = (role: Role, least: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(least)

/**
 * A person as the server knows them. `groupId` is the group they belong to from the start, for
 * good: people see and change what is of their own alone. Null is one too: of everybody who signed
 * up, and of the seeded accounts.
 */
export type Account = {
  id: string
  email: string
  name: string
  role: Role
  disabled: boolean
  groupId: string | null
}

/**
 * The domain of the seeded accounts: reserved, so that it is nobody's (RFC 2606). Nobody signs up
 * there.
 */
export const DEMO_DOMAIN = '@demo.example'

/**
 * Whether an account may do nothing: an admin disabled it, or it is a seeded one and this is no
 * demo.
 */
export const isBarred = (
  account: { email: string; disabledAt: Date | null },
  demo: boolean,
): boolean => account.disabledAt !== null || (!demo && account.email.endsWith(DEMO_DOMAIN))

/** What of an account is told to its owner. */
export const toUser = ({ id, email, name, role }: Account) => ({ id, email, name, role })

/** What is told to an admin. */
export const toAdminUser = (account: Account) => ({
  ...toUser(account),
  disabled: account.disabled,
})
