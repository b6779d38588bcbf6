import { resolve } from 'node:path'
import { main, Stop } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

const USAGE = `npm run copy -- session|token FOLDER

Copies one of the two mechanisms with everything it needs into FOLDER/lib. docs/copy.md says what to
write beside it.`

await main(async () => {
  const [core, folder, ...more] = process.argv.slice(2)
  if ((core !== 'session' && core !== 'token') || !folder || more.length > 0) throw new Stop(USAGE)
  if (!(await onOwnNode())) return
  const { copyCore } = await import('./lib/copy.ts')
  const to = resolve(process.env.INIT_CWD ?? '.', folder)
  const { copied, packages } = copyCore(core, to)
  for (const file of copied) console.log(`  ${file}`)
  console.log(`${copied.length} files in ${to}. Install ${packages.join(', ')}; then docs/copy.md.`)
})
