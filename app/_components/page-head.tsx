/** Title of a page and the one sentence that says what it is for. */
export function PageHead({ title, children }: { title: string; children?: React.ReactNode }) {
  return (
    <div className="mb-6 sm:mb-8">
      <h1 className="text-2xl font-semibold tracking-tight sm:text-3xl">{title}</h1>
      {children && <p className="mt-1.5 max-w-prose text-muted">{children}</p>}
    </div>
  )
}
