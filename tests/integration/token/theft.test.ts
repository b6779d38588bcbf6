import { expect, test } from 'vitest'
import { plusSeconds } from '../../../lib/clock.ts'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { createClient } from '../../fixtures/client.ts'
import { portion } from '../../fixtures/portion.ts'
import { refreshHolder } from '../../fixtures/refresh.ts'

// A refresh token was copied. Whoever is who, the two must not both go on: every order of what they
// can do is tried.

const PEOPLE = ['owner', 'thief'] as const
type Person = (typeof PEOPLE)[number]
/**
 * What one of them does next: a refresh with the newest token they have, or with the stolen one,
 * then a use of what it brought, or none.
 */
type Act = { who: Person; with: 'newest' | 'stolen'; uses: boolean }

const ACTS_EACH = portion(2, 3)
const CHOICES: Act[] = PEOPLE.flatMap(who =>
  (who === 'thief' ? (['newest', 'stolen'] as const) : (['newest'] as const)).flatMap(choice =>
    [true, false].map(uses => ({ who, with: choice, uses })),
  ),
)
const say = (acts: Act[]) =>
  acts.map(act => `${act.who} ${act.with}${act.uses ? ' and uses it' : ''}`).join(', ')

async function started() {
  const { app, client, use, first } = await refreshHolder()
  client.accessToken = null
  const { refreshFamily, deniedToken } = app.database
  const stranger = createClient(app)
  const me = async (accessToken: string | null) => {
    if (!accessToken) return false
    const headers = { authorization: `Bearer ${accessToken}`, 'auth-mode': 'token' }
    return (await stranger.send('/api/me', { headers })).status === 200
  }
  return {
    use,
    me,
    stolen: first,
    /**
     * The race is over, which decides nothing. The tokens are no older for that: there are many
     * orders to try.
     */
    async pass() {
      const { rotatedAt, handedOutAt } = await refreshFamily.findFirstOrThrow()
      const earlier = (at: Date | null) => at && plusSeconds(at, -3)
      await refreshFamily.updateMany({
        data: { rotatedAt: earlier(rotatedAt), handedOutAt: earlier(handedOutAt) },
      })
    },
    /** What the database knows of them, to come back to: each order begins with those before it. */
    save: async () => ({
      family: await refreshFamily.findFirstOrThrow(),
      denied: await deniedToken.findMany(),
    }),
    async restore({
      family,
      denied,
    }: {
      family: object
      denied: { jti: string; expiresAt: Date }[]
    }) {
      await refreshFamily.updateMany({ data: family })
      await deniedToken.deleteMany()
      await deniedToken.createMany({ data: denied })
    },
  }
}

type Hand = { refreshToken: string; accessToken: string | null; acts: number }

test('in every order of thief and owner the two are never both alive after both have acted twice', {
  timeout: 300_000,
}, async () => {
  const { use, me, stolen, save, restore, pass } = await started()
  let orders = 0
  let bothBefore = 0
  const faults: string[] = []

  /**
   * Whether somebody has anything that is good, looked at without using it: what is looked at is
   * undone.
   */
  async function isAlive({ refreshToken, accessToken }: Hand): Promise<boolean> {
    const before = await save()
    await pass()
    const alive = (await me(accessToken)) || (await use(refreshToken)).status === 200
    await restore(before)
    return alive
  }

  async function go(hands: Record<Person, Hand>, acts: Act[]): Promise<void> {
    for (const act of CHOICES) {
      const hand = hands[act.who]
      if (hand.acts === ACTS_EACH) continue
      const before = await save()
      orders += 1
      await pass()
      const answer = await use(act.with === 'stolen' ? stolen : hand.refreshToken)
      const seal = answer.setCookies.find(line => line.startsWith(COOKIES.refresh))
      const next: Hand =
        answer.status === 200 && seal
          ? {
              refreshToken: seal.slice(seal.indexOf('=') + 1, seal.indexOf(';')),
              accessToken: answer.body.access_token,
              acts: hand.acts + 1,
            }
          : { ...hand, acts: hand.acts + 1 }
      if (act.uses) await me(next.accessToken)
      const now = { ...hands, [act.who]: next }
      const both = (await isAlive(now.owner)) && (await isAlive(now.thief))
      const fewest = Math.min(now.owner.acts, now.thief.acts)
      if (both && fewest < 2) bothBefore += 1
      if (both && fewest > 1) faults.push(say([...acts, act]))
      const isOver = (await save()).family.endedAt !== null
      // What has ended stays so, whatever comes: there is nothing left to try.
      if (!isOver) await go(now, [...acts, act])
      await restore(before)
    }
  }
  const hand = { refreshToken: stolen, accessToken: null, acts: 0 }
  await go({ owner: hand, thief: hand }, [])
  process.stdout.write(
    `thief and owner: ${orders} acts in every order, both alive before the second ${bothBefore} times\n`,
  )
  expect(faults).toEqual([])
  // That it tried them, and that there was something to find.
  expect(orders).toBeGreaterThan(portion(100, 200))
  expect(bothBefore).toBeGreaterThan(0)
})
