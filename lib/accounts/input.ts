import { z } from 'zod'
import { ROLES } from '../settings/settings.ts'
import { DEMO_DOMAIN, normalizeEmail } from './account.ts'
import { normalizePassword } from './passwords.ts'

/** Text that can be stored and shown: no lone surrogates, no control characters. */
const text = (max: number) =>
  z
    .string()
    .refine(
      value => value.isWellFormed() && !/\p{Cc}/u.test(value.replace(/\n/g, '')),
      'Contains characters that cannot be stored.',
    )
    .transform(value => value.trim())
    // Something that can be seen: not only spaces and marks without width.
    .refine(value => /[^\p{C}\p{Z}]/u.test(value), {
      message: 'Must not be empty.',
      params: { code: 'empty' },
    })
    .refine(value => [...value].length <= max, `Must have at most ${max} characters.`)

/**
 * A name on one line, read in the order it is written: nothing that breaks it or turns what stands
 * around it.
 */
const NAME = text(80).refine(value => !/[\n\u2028\u2029]|\p{Bidi_Control}/u.test(value), {
  message: 'Must be one line, without marks that turn the direction of writing.',
  params: { code: 'invalid_name' },
})

const codePoints = (value: string) => [...value].length

/**
 * As typed when signing in: any string may be tried, but none that costs more to look at than a
 * real one.
 */
const triedPassword = z.string().max(1024)

/**
 * ASVS 5.0, 6.2: length by code points, all of Unicode, no composition rules. At least 15 of its
 * normal form, which is what is hashed; at most 256 as typed. How easily it is guessed depends on
 * the person, and is looked at where it is hashed.
 */
export const NewPassword = z
  .string()
  .refine(value => value.isWellFormed(), {
    message: 'Contains half a character.',
    params: { code: 'malformed' },
  })
  .refine(value => codePoints(normalizePassword(value)) >= 15, {
    message: 'Must have at least 15 characters.',
    params: { code: 'too_short' },
  })
  .refine(value => codePoints(value) <= 256, {
    message: 'Must have at most 256 characters.',
    params: { code: 'too_long' },
  })

const Email = z
  .string()
  .max(254)
  .transform(normalizeEmail)
  .refine(value => /^[\x21-\x7e]+$/.test(value) && z.email().safeParse(value).success, {
    message: 'Must be an email address.',
    params: { code: 'invalid_email' },
  })
  .refine(value => !value.endsWith(DEMO_DOMAIN), {
    message: 'This domain is kept for the accounts of the demo.',
    params: { code: 'reserved_domain' },
  })

/**
 * `POST /api/{session,token}/sign-in`. An address nobody could have is simply unknown, so that the
 * answer tells nothing.
 */
export const Credentials = z.strictObject({
  email: z.string().max(320).transform(normalizeEmail),
  password: triedPassword,
})

/** `POST /api/accounts` */
export const NewAccount = z.strictObject({ email: Email, name: NAME, password: NewPassword })

/** `PUT /api/me/password` */
export const PasswordChange = z.strictObject({ current: triedPassword, next: NewPassword })

/** `POST /api/password-reset` */
export const PasswordReset = z.strictObject({
  email: z.string().max(320).transform(normalizeEmail),
  code: z.string().max(64),
  next: NewPassword,
})

/** `DELETE /api/me` */
export const Leaving = z.strictObject({ current: triedPassword })

/** `PATCH /api/admin/users/:id` */
export const AccountChange = z
  .strictObject({ role: z.enum(ROLES), disabled: z.boolean() })
  .exactPartial()

/** `POST /api/notes` */
export const NewNote = z.strictObject({ title: text(120), body: text(4000) })
