import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { WHOLE } from './actions.ts'

/** The themes in which what a page shows after something was done is looked at. */
export const THEMES = WHOLE ? (['light', 'dark'] as const) : (['light'] as const)

/**
 * What axe finds wrong with a page: the rule and the first element that breaks it. In the page
 * itself ("legacy"), since there are no frames: else each run opens a page more for its report.
 */
export async function faultsOf(page: Page): Promise<[string, string | undefined][]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => [id, nodes[0]?.html])
}
