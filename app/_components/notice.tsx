import { CircleAlert, CircleCheck, Info } from 'lucide-react'

const KINDS = {
  bad: { icon: CircleAlert, look: 'bg-bad-soft text-bad', role: 'alert' },
  good: { icon: CircleCheck, look: 'bg-good-soft text-good', role: 'status' },
  info: { icon: Info, look: 'bg-sunken text-ink', role: undefined },
} as const

/** Something to be told, said by shape and words as well as colour. */
export function Notice({
  kind,
  children,
}: {
  kind: keyof typeof KINDS
  children: React.ReactNode
}) {
  const { icon: Icon, look, role } = KINDS[kind]
  return (
    <div
      role={role}
      className={`flex items-start gap-2.5 rounded-lg px-3.5 py-2.5 text-sm ${look}`}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0">{children}</div>
    </div>
  )
}
