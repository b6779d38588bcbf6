import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { app } from '@/lib/app'
import { toReturnPath } from '@/lib/http/pages'
import { Messages } from '../_i18n/messages'
import { SignInForm } from './sign-in-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('sign-in'))('title') }
}

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const { next } = await searchParams
  return (
    <Messages of={['cast', 'problem', 'sign-in', 'steps', 'wire']}>
      <SignInForm next={toReturnPath(next)} demo={app().config.demo} />
    </Messages>
  )
}
