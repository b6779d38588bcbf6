import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Messages } from '../_i18n/messages'
import { SignUpForm } from './sign-up-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('sign-up'))('title') }
}

export default function SignUpPage() {
  return (
    <Messages of={['problem', 'sign-up', 'steps', 'wire']}>
      <SignUpForm />
    </Messages>
  )
}
