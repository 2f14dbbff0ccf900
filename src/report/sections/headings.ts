/** Headings of the parts that a section has for each strategy. */

import { type Markup, markup } from '../markup.ts'

/** Nothing where there is one job only: then the section's own heading says all. */
export const headingOf = (strategy: string, jobs: number): Markup | false => jobs > 1 && markup`<h3>${strategy}</h3>`
