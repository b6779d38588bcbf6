/** Roles, least first. Each may do what those before it may. */
export const ROLES = ['reader', 'editor', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Whether `role` may do what needs `least`. */
export const hasRole = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least)

/** A person as the server knows them. */
export type Account = { id: string; email: string; name: string; role: Role; disabled: boolean }

/** What of an account is told to its owner. */
export const toUser = ({ id, email, name, role }: Account) => ({ id, email, name, role })

/** What is told to an admin. */
export const toAdminUser = (account: Account) => ({ ...toUser(account), disabled: account.disabled })
