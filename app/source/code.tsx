/** A line of code by its number. What explains it is quieter than what it does. */
export function Line({
  number,
  text,
  name,
  mark,
}: {
  number: number
  text: string
  /** What is declared here, to be seen among the lines. */
  name?: string
  /** Words that stand out: the steps that are told here. */
  mark?: readonly string[]
}) {
  const isComment = /^\s*(\/\/|\/?\*)/.test(text)
  return (
    <>
      <span aria-hidden className="w-11 shrink-0 select-none pr-3 text-right text-muted">
        {number}
      </span>
      <code className={`whitespace-pre pr-3 ${isComment ? 'text-muted' : ''}`}>
        {isComment ? text : emphasize(text, name, mark) || ' '}
      </code>
    </>
  )
}

const DECLARES = /^(?:export )?(?:async )?(?:function|const|type|let|class) $/

function emphasize(text: string, name: string | undefined, mark: readonly string[] = []) {
  return text.split(/('[a-z_]+\.[a-z_]+'|\w+|\s\/\/ .*$)/).map((word, index, words) => {
    const before = words.slice(0, index).join('')
    const look = mark.includes(word.slice(1, -1))
      ? 'font-semibold text-hue'
      : word === name && DECLARES.test(before)
        ? 'font-semibold'
        : word.startsWith(' //')
          ? 'text-muted'
          : null
    if (look === null) return word
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: words of a line are told apart by their place
      <span key={index} className={look}>
        {word}
      </span>
    )
  })
}
