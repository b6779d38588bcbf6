// What is shown of secrets, without the means to make it: this file also runs in the browser.

/** What is shown of a secret: enough to recognise it again, too little to use it. */
export type Fingerprint = { head: string; length: number; hash: string }

/** `Fe26.2*1*9f3c… (312) #a41e07b2` */
export const showFingerprint = ({ head, length, hash }: Fingerprint): string =>
  `${head}… (${length}) #${hash}`

export type HeaderLine = [name: string, value: string]
