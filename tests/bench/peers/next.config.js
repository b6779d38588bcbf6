// As little as there can be: the same for every peer, and of ours only what touches each request.
export default {
  poweredByHeader: false,
  serverExternalPackages: ['better-sqlite3'],
  turbopack: { root: import.meta.dirname },
}
