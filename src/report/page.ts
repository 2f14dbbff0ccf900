/**
 * A report as one HTML file: no script, no network, pictures and charts inside. Its own content security policy forbids
 * everything but its style sheet and `data:` pictures, so that nothing a name could smuggle in would ever run.
 */

import { hash } from 'node:crypto'
import { type Markup, markup, trustedMarkup } from './markup.ts'
import type { Report } from './report.ts'
import { configurationSection } from './sections/configuration.ts'
import { failuresSection, imagesSection } from './sections/images.ts'
import { latencySection } from './sections/latency.ts'
import { overview } from './sections/overview.ts'
import { peersSection } from './sections/peers.ts'
import { strategiesSection } from './sections/strategies.ts'
import { timelineSection } from './sections/timeline.ts'
import { STYLE } from './style.ts'

/** Near the beginning of every report: by it a report may be replaced by the next one. */
export const GENERATOR_MARK = '<meta name="generator" content="murmuration'

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export function reportPage(report: Report): string {
  const { jobs, strategies, version } = report
  const [first] = jobs
  const isComparison = strategies.length > 0
  const parts: readonly (readonly [string, string])[] = [
    ['summary', 'Summary'],
    ...(isComparison ? ([['strategies', 'Strategies']] as const) : []),
    ['peers', 'Images per peer'],
    ['timeline', 'Timeline'],
    ['latency', 'Latency'],
    ['images', 'Images'],
    ['failures', 'Failures'],
    ['configuration', 'Configuration'],
  ]
  const title = isComparison
    ? 'strategies compared'
    : `${first?.summary.images ?? 0} images, ${first?.summary.strategy ?? ''}`
  const page: Markup = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
${trustedMarkup(GENERATOR_MARK)} ${version}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Murmuration: ${title}</title>
<style>${trustedMarkup(STYLE)}</style>
</head>
<body>
${overview(report)}
<nav aria-label="Parts of this report"><ul>${parts.map(([id, name]) => markup`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
${isComparison && strategiesSection(report)}
${peersSection(report)}
${timelineSection(report)}
${latencySection(report)}
${first && imagesSection(first)}
${failuresSection(jobs)}
${configurationSection(report)}
</main>
<footer>Made by murmuration ${version}. Point at a bar or a mark for its details.</footer>
</body>
</html>
`
  return page.toString()
}
