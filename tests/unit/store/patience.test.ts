import { expect, test } from 'vitest'
import { POSTGRESQL_PATIENCE } from '../../../lib/store/database-postgresql.ts'
import { SQLITE_PATIENCE } from '../../../lib/store/database-sqlite.ts'
import { MEMCACHED_PATIENCE } from '../../../lib/store/memcached.ts'
import { REDIS_PATIENCE } from '../../../lib/store/redis.ts'

// That each is kept to shows in the outage tests, by the answer; how quickly it comes is the
// machine's affair.
test.each(
  Object.entries({ POSTGRESQL_PATIENCE, SQLITE_PATIENCE, REDIS_PATIENCE, MEMCACHED_PATIENCE }),
)(
  '%s leaves room within the two seconds after which whoever asks is told that a store is away',
  (_, milliseconds) => {
    expect(milliseconds).toBeLessThanOrEqual(1700)
  },
)
