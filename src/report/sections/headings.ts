/** Headings of the parts that a section has for each strategy. */

import { type Markup, markup } from '../markup.ts'
import type { StrategyReport } from '../report.ts'

/** Nothing where there is one job only: then the section's own heading says all. */
export const headingOf = (strategy: string, jobs: number): Markup | false => jobs > 1 && markup`<h3>${strategy}</h3>`

/** What is shown where strategies ran several times. */
export const firstRunNote = (strategies: readonly StrategyReport[]): Markup | false =>
  strategies.some(({ figures }) => figures.runs > 1) &&
  markup`<p class="muted">Shown is the first run of each strategy.</p>`
