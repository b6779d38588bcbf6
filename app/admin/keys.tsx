'use client'

import { KeyRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useCallback, useEffect, useState } from 'react'
import { isCastEmail } from '@/lib/accounts/demo-people'
import type { KeyStatus } from '@/lib/auth/keys'
import { ALGORITHMS, type Algorithm } from '@/lib/settings/settings'
import { type User, useApp } from '../_components/app-state'
import { Blank } from '../_components/blank'
import { useProblem } from '../_components/field'
import { Notice } from '../_components/notice'
import { Countdown } from '../_components/wire/countdown'
import { useFeed } from '../_components/wire/use-wire'

/** How often the list is read again while something in it is about to change, in milliseconds. */
const WATCH = 5_000

/**
 * The keys that sign access tokens, and the button that makes the next one. They are not of the
 * group of a cast's admin alone, which is said.
 */
export function Keys({ me }: { me: User | null }) {
  const t = useTranslations('keys')
  const { call, demo, settings } = useApp()
  const problem = useProblem()
  const [keys, setKeys] = useState<KeyStatus[] | null>(null)
  const [algorithm, setAlgorithm] = useState<Algorithm>(settings.algorithm)
  const [said, setSaid] = useState<{ kind: 'good' | 'bad'; text: string } | null>(null)

  const list = useCallback(async () => {
    const answer = await call('GET', '/api/admin/keys')
    if (answer.status === 200) setKeys((answer.body as { keys: KeyStatus[] }).keys)
  }, [call])

  const isChanging =
    keys?.some(
      key => key.state === 'announced' && Date.parse(key.signsFrom) > Date.now() - WATCH,
    ) ?? false
  const isKnown = me !== null
  useEffect(() => {
    if (!isKnown) return
    void list()
    if (!isChanging) return
    const timer = window.setInterval(() => void list(), WATCH)
    return () => window.clearInterval(timer)
  }, [isKnown, list, isChanging])

  async function rotate() {
    const answer = await call('POST', '/api/admin/keys', { algorithm })
    setSaid(
      answer.status === 201
        ? { kind: 'good', text: t('rotated', { kid: (answer.body as { key: KeyStatus }).key.kid }) }
        : { kind: 'bad', text: problem.say(answer) },
    )
    await list()
  }

  return (
    <section aria-label={t('title')} className="card p-4" data-mode="token">
      <h2 className="flex items-center gap-2 font-semibold">
        <KeyRound aria-hidden className="size-4" />
        {t('title')}
      </h2>
      <p className="mt-1 text-sm text-muted">
        {t('intro')}{' '}
        <span className={me && isCastEmail(me.email) ? '' : 'invisible'}>{t('shared')}</span>
      </p>
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <select
          className="field w-32"
          aria-label={t('algorithm')}
          value={algorithm}
          onChange={event => setAlgorithm(event.target.value as Algorithm)}
        >
          {(demo ? ALGORITHMS : [settings.algorithm]).map(name => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <button type="button" className="button" onClick={() => void rotate()}>
          {t('rotate')}
        </button>
      </div>
      {said && (
        <div className="mt-3">
          <Notice kind={said.kind}>{said.text}</Notice>
        </div>
      )}
      <section aria-label={t('list')} tabIndex={0} className="mt-2 h-44 overflow-y-auto lg:h-36">
        <ul className="divide-y divide-line">
          {keys?.map(key => (
            <KeyRow key={key.kid} status={key} />
          ))}
        </ul>
        {!keys && <Blank className="my-3 w-64" />}
        {keys?.length === 0 && <p className="py-4 text-sm text-muted">{t('empty')}</p>}
      </section>
    </section>
  )
}

function KeyRow({ status }: { status: KeyStatus }) {
  const t = useTranslations('keys')
  const { clockOffset } = useFeed()
  const { kid, algorithm, state, signsFrom, retiredAt, verifiesUntil } = status
  const until = { announced: signsFrom, signing: retiredAt, verifying: verifiesUntil }[state]
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <p className="min-w-0 flex-1 basis-64 font-mono text-sm">
        {kid} <span className="text-muted">{algorithm}</span>
        <span
          className={`ml-2 rounded px-1.5 py-0.5 font-sans text-xs ${state === 'signing' ? 'bg-hue-soft text-hue' : 'bg-sunken text-muted'}`}
        >
          {t(state)}
        </span>
      </p>
      {until && (
        <div className="w-44">
          <Countdown label={t(`until-${state}`)} until={until} clockOffset={clockOffset} />
        </div>
      )}
    </li>
  )
}
