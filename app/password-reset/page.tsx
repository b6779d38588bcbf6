import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Messages } from '../_i18n/messages'
import { PasswordResetForm } from './password-reset-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('password-reset'))('title') }
}

export default function PasswordResetPage() {
  return (
    <Messages of={['password-reset', 'problem', 'steps', 'wire']}>
      <PasswordResetForm />
    </Messages>
  )
}
