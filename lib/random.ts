import { hash, randomBytes } from 'node:crypto'

/**
 * 256 bits from the system's generator, base64url: what session ids and refresh tokens are made of
 * (ASVS 5.0, 7.2.3).
 */
export const createSecret = (): string => randomBytes(32).toString('base64url')

/** A public name: unguessable, but of no use as a credential. */
export const createHandle = (): string => randomBytes(12).toString('base64url')

/**
 * 80 bits, small letters and digits alone: an unguessable name that can be a part of an email
 * address.
 */
export const createLocalName = (): string => randomBytes(10).toString('hex')

/**
 * SHA-256, base64url. Enough for secrets of 256 random bits; passwords go through bcrypt instead.
 */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'base64url')
