'use client'

import { Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type FormEvent, useCallback, useEffect, useState } from 'react'
import { type User, useApp } from '../_components/app-state'
import { Blank } from '../_components/blank'
import { Field, type FieldErrors, useProblem } from '../_components/field'
import { Notice } from '../_components/notice'
import { useMoment } from '../_components/use-moment'

type Note = {
  id: string
  title: string
  body: string
  author: string
  mine: boolean
  createdAt: string
}

/**
 * What was typed and not yet written: it outlives a sign-in that ends in the middle of a sentence.
 */
const draft = { title: '', body: '' }

/**
 * Notes everybody signed in can read and an editor can write. A reader may try: the refusal is the
 * lesson.
 */
export function Notes({ user }: { user: User | null }) {
  const t = useTranslations('notes')
  const when = useMoment()
  const { call } = useApp()
  const problem = useProblem()
  const [notes, setNotes] = useState<Note[] | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [busy, setBusy] = useState(false)

  const read = useCallback(async () => {
    const answer = await call('GET', '/api/notes')
    if (answer.status === 200) setNotes((answer.body as { notes: Note[] }).notes)
  }, [call])

  const isKnown = user !== null
  useEffect(() => {
    if (isKnown) void read()
  }, [isKnown, read])

  async function write(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    if (busy) return
    setBusy(true)
    const answer = await call('POST', '/api/notes', Object.fromEntries(new FormData(form)))
    setBusy(false)
    setErrors(problem.fieldErrors(answer))
    setSaid(answer.status === 201 ? null : problem.say(answer))
    if (answer.status !== 201) return
    Object.assign(draft, { title: '', body: '' })
    form.reset()
    await read()
  }

  async function remove(id: string) {
    if (busy) return
    setBusy(true)
    const answer = await call('DELETE', `/api/notes/${id}`)
    setSaid(answer.status === 204 ? null : problem.say(answer))
    await read()
    setBusy(false)
  }

  return (
    <section aria-label={t('title')} className="card p-4">
      <div className="mb-3 flex items-center gap-2">
        <h2 className="mr-auto font-semibold">{t('title')}</h2>
        <button type="button" className="button min-h-8 px-2.5 text-xs" onClick={() => void read()}>
          {t('read')}
        </button>
      </div>
      <form method="post" onSubmit={event => void write(event)} className="space-y-3" noValidate>
        <Field
          label={t('note-title')}
          name="title"
          required
          maxLength={120}
          error={errors.title}
          defaultValue={draft.title}
          onChange={event => Object.assign(draft, { title: event.target.value })}
        />
        <Field
          label={t('note-body')}
          name="body"
          required
          maxLength={4000}
          error={errors.body}
          defaultValue={draft.body}
          onChange={event => Object.assign(draft, { body: event.target.value })}
        />
        <p className="grid text-xs text-muted *:[grid-area:1/1]">
          {/* Both take their room: which of them it is, is known later. */}
          <span className={user?.role === 'reader' ? '' : 'invisible'}>{t('reader-note')}</span>
          <span className={user && user.role !== 'reader' ? '' : 'invisible'}>
            {t('writer-note')}
          </span>
        </p>
        {said && <Notice kind="bad">{said}</Notice>}
        <button type="submit" className="button button-primary" aria-disabled={busy}>
          {t('write')}
        </button>
      </form>
      <section
        aria-label={t('board')}
        tabIndex={0}
        className="mt-4 h-80 overflow-y-auto border-t border-line"
      >
        <ul className="divide-y divide-line">
          {notes?.map(note => (
            <li key={note.id} className="flex items-start gap-3 py-3 text-sm">
              <div className="min-w-0 flex-1">
                <h3 className="font-medium">{note.title}</h3>
                <p className="text-muted">{note.body}</p>
                <p className="mt-1 text-xs text-muted">
                  {note.author} · {when(note.createdAt)}
                </p>
              </div>
              {note.mine && (
                <button
                  type="button"
                  className="button min-h-9 w-9 px-0"
                  aria-label={t('delete', { title: note.title })}
                  onClick={() => void remove(note.id)}
                >
                  <Trash2 aria-hidden className="size-4" />
                </button>
              )}
            </li>
          ))}
        </ul>
        {notes === null && <Waiting />}
        {notes?.length === 0 && <p className="py-6 text-center text-sm text-muted">{t('empty')}</p>}
      </section>
    </section>
  )
}

/** The board before it was read. */
function Waiting() {
  return [1, 2, 3].map(row => (
    <div key={row} className="space-y-1 border-b border-line py-3 text-sm last:border-0">
      <Blank className="w-2/5" />
      <Blank className="w-full" />
      <Blank className="w-3/5" />
    </div>
  ))
}
