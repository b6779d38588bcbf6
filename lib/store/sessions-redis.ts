import type { SessionRecord } from '../accounts/account.ts'
import type { Role } from '../settings/settings.ts'
import { type Redis, toScript } from './redis.ts'
import { type OwnerOf, onlyLive, type SessionStore, withOwner } from './sessions.ts'

/**
 * How long a record is kept past its absolute end, in milliseconds: whoever comes just after is
 * told that it has expired.
 */
const AFTERWARDS = 60_000

// A sign-in has one record, under its public name; the hashes of its ids lead there, the one before
// a change of role too. An account has a list of names. Each script is one step, so that of any two
// things at once one comes first.
const KEYS = `
  local function record(handle) return 'authscope:sign-in:' .. handle end
  local function id(hash) return 'authscope:session:' .. hash end
  local function account(user) return 'authscope:account:' .. user end
  local function current(hash)
    local handle = redis.call('GET', id(hash))
    if not handle or redis.call('HGET', record(handle), 'idHash') ~= hash then return nil end
    return record(handle)
  end
  local function enlist(user, handle, ttl)
    redis.call('SADD', account(user), handle)
    if redis.call('PTTL', account(user)) < ttl then redis.call('PEXPIRE', account(user), ttl) end
  end
  local function remove(key)
    local field = redis.call('HMGET', key, 'idHash', 'previousIdHash', 'userId', 'handle')
    if not field[1] then return 0 end
    redis.call('DEL', key, id(field[1]), id(field[2]))
    redis.call('SREM', account(field[3]), field[4])
    return 1
  end
`

const CREATE = toScript(`${KEYS}
  local hash, handle, user, ttl = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
  redis.call('HSET', record(handle), unpack(ARGV, 5))
  redis.call('PEXPIRE', record(handle), ttl)
  redis.call('SET', id(hash), handle, 'PX', ttl)
  enlist(user, handle, ttl)
`)

const FIND = toScript(`${KEYS}
  local handle = redis.call('GET', id(ARGV[1]))
  return handle and redis.call('HGETALL', record(handle)) or {}
`)

const TOUCH = toScript(`${KEYS}
  local key, at = current(ARGV[1]), tonumber(ARGV[2])
  if not key then return 0 end
  local limit = redis.call('HMGET', key, 'idleExpiresAt', 'absoluteExpiresAt')
  if tonumber(limit[1]) <= at or tonumber(limit[2]) <= at then return 0 end
  redis.call('HSET', key, 'lastSeenAt', ARGV[2], 'idleExpiresAt', ARGV[3])
  local whose = redis.call('HMGET', key, 'userId', 'handle')
  enlist(whose[1], whose[2], redis.call('PTTL', key))
  return 1
`)

const REPLACE = toScript(`${KEYS}
  local old, hash, previous = ARGV[1], ARGV[2], ARGV[3]
  local key = current(old)
  if not key then return 0 end
  redis.call('DEL', id(redis.call('HGET', key, 'previousIdHash')))
  if previous ~= old then redis.call('DEL', id(old)) end
  redis.call('HSET', key, unpack(ARGV, 4))
  redis.call('SET', id(hash), redis.call('HGET', key, 'handle'), 'PX', redis.call('PTTL', key))
  return 1
`)

const FORGET = toScript(`${KEYS}
  local handle = redis.call('GET', id(ARGV[1]))
  if not handle or redis.call('HGET', record(handle), 'previousIdHash') ~= ARGV[1] then return 0 end
  redis.call('HSET', record(handle), 'previousIdHash', '', 'renewedAt', '')
  return redis.call('DEL', id(ARGV[1]))
`)

const DELETE = toScript(`${KEYS}
  local key = current(ARGV[1])
  return key and remove(key) or 0
`)

const DELETE_SIGN_IN = toScript(`${KEYS} return remove(record(ARGV[1]))`)

const DELETE_BY_HANDLE = toScript(`${KEYS}
  if redis.call('HGET', record(ARGV[2]), 'userId') ~= ARGV[1] then return 0 end
  return remove(record(ARGV[2]))
`)

const LIST = toScript(`${KEYS}
  local found = {}
  for _, handle in ipairs(redis.call('SMEMBERS', account(ARGV[1]))) do
    local fields = redis.call('HGETALL', record(handle))
    if #fields == 0 then redis.call('SREM', account(ARGV[1]), handle) else found[#found + 1] = fields end
  end
  return found
`)

const DATES = ['createdAt', 'lastSeenAt', 'idleExpiresAt', 'absoluteExpiresAt', 'renewedAt']

/**
 * Fields and values in turn, as a hash of Redis takes them: dates in milliseconds, null as nothing.
 */
const toFields = (part: Partial<SessionRecord>): string[] =>
  Object.entries(part).flatMap(([name, value]) => [
    name,
    value instanceof Date ? String(value.getTime()) : String(value ?? ''),
  ])

function toRecord(fields: string[]): SessionRecord | null {
  if (fields.length === 0) return null
  const text = new Map<string, string>()
  for (let at = 0; at < fields.length; at += 2) text.set(fields[at] ?? '', fields[at + 1] ?? '')
  const entries = [...text].map(([name, value]) => {
    if (DATES.includes(name)) return [name, value ? new Date(Number(value)) : null]
    return [name, name === 'idleSeconds' ? Number(value) : value]
  })
  const record = Object.fromEntries(entries) as SessionRecord
  return { ...record, role: record.role as Role, previousIdHash: record.previousIdHash || null }
}

/**
 * Session records in Redis: shared by every instance, and gone by themselves a minute after their
 * absolute end. As durable as Redis is told to be: what it loses is signed out, never signed in. An
 * eviction may take an account's list; its sessions then go on, and are on the devices page again
 * when they are used next; ending all of them ends them also meanwhile, since the database
 * remembers that. The scripts want one Redis, not a cluster.
 */
export function createRedisSessions(redis: Redis, ownerOf: OwnerOf): SessionStore {
  const done = async (answer: Promise<unknown>) => (await answer) === 1
  return {
    row: 'elsewhere',

    async create(record) {
      // Whole milliseconds from now, by the app's clock alone: Redis has its own.
      const ttl = Math.max(
        1,
        record.absoluteExpiresAt.getTime() - record.createdAt.getTime() + AFTERWARDS,
      )
      await redis.run(CREATE, [
        record.idHash,
        record.handle,
        record.userId,
        String(ttl),
        ...toFields(record),
      ])
    },

    async find(idHash) {
      const record = toRecord((await redis.run(FIND, [idHash])) as string[])
      return withOwner(
        record?.idHash === idHash || record?.previousIdHash === idHash ? record : null,
        ownerOf,
      )
    },

    async touch(idHash, { lastSeenAt, idleExpiresAt }) {
      await redis.run(TOUCH, [
        idHash,
        String(lastSeenAt.getTime()),
        String(idleExpiresAt.getTime()),
      ])
    },

    replaceId: (idHash, next) =>
      done(redis.run(REPLACE, [idHash, next.idHash, next.previousIdHash ?? '', ...toFields(next)])),

    async forgetPrevious(idHash) {
      await redis.run(FORGET, [idHash])
    },

    delete: idHash => done(redis.run(DELETE, [idHash])),

    async listByUser(userId, now) {
      const records = ((await redis.run(LIST, [userId])) as string[][]).flatMap(
        fields => toRecord(fields) ?? [],
      )
      return onlyLive(records, userId, now, ownerOf)
    },

    deleteSignIn: handle => done(redis.run(DELETE_SIGN_IN, [handle])),
    deleteByHandle: (userId, handle) => done(redis.run(DELETE_BY_HANDLE, [userId, handle])),
    sweep: async () => 0,
  }
}
