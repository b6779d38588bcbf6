'use client'

import { useTranslations } from 'next-intl'
import { useCallback, useEffect, useState } from 'react'
import { isCastEmail } from '@/lib/accounts/demo-people'
import { type User, useApp } from '../_components/app-state'
import { Blank } from '../_components/blank'
import { useProblem } from '../_components/field'
import { Notice } from '../_components/notice'
import { PageHead } from '../_components/page-head'
import { SignedInOnly } from '../_components/signed-out'
import { WirePanel } from '../_components/wire/wire-panel'
import { Keys } from './keys'
import { ResetCode } from './reset-code'

type AdminUser = User & { disabled: boolean }
const ROLES = ['reader', 'editor', 'admin'] as const

export function Admin() {
  const t = useTranslations('admin')
  return (
    <>
      <PageHead title={t('title')}>{t('intro')}</PageHead>
      <div className="space-y-6">
        <SignedInOnly>
          {user => (
            <>
              <Users me={user} />
              {(user === null || user.role === 'admin') && <Keys me={user} />}
            </>
          )}
        </SignedInOnly>
        <WirePanel />
      </div>
    </>
  )
}

function Users({ me }: { me: User | null }) {
  const t = useTranslations('admin')
  const { call, demo, reload } = useApp()
  const problem = useProblem()
  const [users, setUsers] = useState<AdminUser[] | null>(null)
  const [said, setSaid] = useState<{ kind: 'good' | 'bad'; text: string } | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the words for problems do not change while the page is open
  const list = useCallback(async () => {
    const answer = await call('GET', '/api/admin/users')
    if (answer.status === 200) setUsers((answer.body as { users: AdminUser[] }).users)
    else setSaid({ kind: 'bad', text: problem.say(answer) })
  }, [call])

  const isKnown = me !== null
  useEffect(() => {
    if (isKnown) void list()
  }, [isKnown, list])

  async function act(method: string, path: string, done: string, body?: unknown) {
    const answer = await call(method, path, body)
    setSaid(
      answer.status < 300 && answer.status > 0
        ? { kind: 'good', text: done }
        : { kind: 'bad', text: problem.say(answer) },
    )
    await list()
    await reload()
  }

  return (
    <section aria-label={t('users')} className="card px-4">
      {demo && (
        <p className="grid border-b border-line py-3 text-sm text-muted *:[grid-area:1/1]">
          {/* Both take their room: which of them it is, is known later. */}
          {(['cast', 'common'] as const).map(group => (
            <span key={group} className={groupOf(me) === group ? '' : 'invisible'}>
              {t(`group-${group}`)}
            </span>
          ))}
        </p>
      )}
      <section aria-label={t('list')} tabIndex={0} className="h-[36rem] overflow-y-auto lg:h-72">
        {said && (
          <div className="py-4">
            <Notice kind={said.kind}>{said.text}</Notice>
          </div>
        )}
        {!users && !said && <Waiting />}
        <ul className="divide-y divide-line">
          {users?.map(user => {
            const path = `/api/admin/users/${user.id}`
            return (
              <li key={user.id} className="flex flex-wrap items-center gap-x-4 gap-y-3 py-4">
                <div className="min-w-0 flex-1 basis-56">
                  <p className="font-medium">
                    {user.name}
                    {user.id === me?.id && (
                      <span className="ml-2 rounded bg-good-soft px-1.5 text-xs text-good">
                        {t('you')}
                      </span>
                    )}
                    {user.disabled && (
                      <span className="ml-2 rounded bg-bad-soft px-1.5 text-xs text-bad">
                        {t('disabled')}
                      </span>
                    )}
                  </p>
                  <p className="text-sm text-muted [overflow-wrap:anywhere]">{user.email}</p>
                </div>
                <label className="flex items-center gap-2 text-sm">
                  {t('role')}
                  <select
                    className="field w-32"
                    aria-label={t('role-of', { name: user.name })}
                    value={user.role}
                    onChange={event =>
                      void act('PATCH', path, t('role-changed', { name: user.name }), {
                        role: event.target.value,
                      })
                    }
                  >
                    {ROLES.map(role => (
                      <option key={role} value={role}>
                        {role}
                      </option>
                    ))}
                  </select>
                </label>
                <div className="contents">
                  <ResetCode user={user} />
                  <button
                    type="button"
                    className="button"
                    aria-label={t('end-of', { name: user.name })}
                    onClick={() =>
                      void act('DELETE', `${path}/devices`, t('ended', { name: user.name }))
                    }
                  >
                    {t('end')}
                  </button>
                  <button
                    type="button"
                    className="button"
                    aria-label={t(user.disabled ? 'enable-of' : 'disable-of', { name: user.name })}
                    onClick={() =>
                      void act(
                        'PATCH',
                        path,
                        t(user.disabled ? 'was-enabled' : 'was-disabled', { name: user.name }),
                        {
                          disabled: !user.disabled,
                        },
                      )
                    }
                  >
                    {t(user.disabled ? 'enable' : 'disable')}
                  </button>
                </div>
              </li>
            )
          })}
        </ul>
      </section>
    </section>
  )
}

const groupOf = (me: User | null) => me && (isCastEmail(me.email) ? 'cast' : 'common')

/** Three people, before the list was read. */
function Waiting() {
  return [1, 2, 3].map(row => (
    <div key={row} className="border-b border-line py-4 last:border-0">
      <p>
        <Blank className="w-40" />
      </p>
      <p className="text-sm">
        <Blank className="w-56" />
      </p>
    </div>
  ))
}
