/** The room of a word or a number that is not known yet. */
export function Blank({ className = 'w-32' }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={`inline-block h-[1em] animate-pulse rounded bg-sunken align-[-0.125em] ${className}`}
    />
  )
}
