import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/**
 * What axe finds wrong with a page: the rule and the first element that breaks it. In the page
 * itself ("legacy"), since there are no frames: else each run opens a page more for its report.
 */
export async function faultsOf(page: Page): Promise<[string, string | undefined][]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => [id, nodes[0]?.html])
}
