import { z } from 'zod'

// In a page zod's compiler would try whether it may use `eval`: the policy says no, and each try is
// reported.
if (typeof window !== 'undefined') z.config({ jitless: true })

/** What schemas are made with that pages use too. */
export { z }
