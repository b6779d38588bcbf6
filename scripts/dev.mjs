// `npm run dev`: as `npm start`, with the development server in place of the build.
process.argv.push('--dev')
await import('./start.mjs')
