import { NextIntlClientProvider } from 'next-intl'
import { getMessages } from 'next-intl/server'
import type en from './en.json'

type Props = { of: (keyof typeof en)[]; children: React.ReactNode }

/**
 * The messages that the client components below read, by their namespaces. No others travel with a
 * page; `tests/unit/messages.test.ts` knows which those are.
 */
export async function Messages({ of, children }: Props) {
  const all = await getMessages()
  const messages = Object.fromEntries(of.map(name => [name, all[name]]))
  return <NextIntlClientProvider messages={messages}>{children}</NextIntlClientProvider>
}
