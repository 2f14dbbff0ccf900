/** docs/DEPLOYMENT.md lists what the code has: log components, metrics, checks of the doctor. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LOG_COMPONENTS } from '../../src/base/log.ts'
import { CHECKS } from '../../src/peer/doctor/checks/index.ts'
import { NEEDED_NODE } from '../../src/peer/doctor/checks/node-version.ts'
import { METRICS } from '../../src/peer/metrics/metric-table.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const DOCUMENT = read('docs/DEPLOYMENT.md')

it('lists every log component with what it tells', () => {
  const rows = [...DOCUMENT.matchAll(/^\| `murmuration:([a-z-]+)` \| (.*) \|$/gm)].map(([, name, tells]) => [
    name,
    tells,
  ])
  expect(rows).toEqual(Object.entries(LOG_COMPONENTS))
})

it('lists every metric with type, labels and help', () => {
  const expected = METRICS.map(({ name, type, labels, help }) => {
    const shown = labels.map((label) => `\`${label}\``).join(', ') || '-'
    return `| \`${name}\` | ${type} | ${shown} | ${help} |`
  })
  const rows = DOCUMENT.split('\n').filter((line) => /^\| `(murmuration|process)_/.test(line))
  expect(rows).toEqual(expected)
})

it('lists every check of the doctor, in its order', () => {
  const section = /<!-- doctor:begin -->\n(.*?)<!-- doctor:end -->/s.exec(DOCUMENT)?.[1] ?? ''
  const expected = CHECKS.map(({ name, summary }) => `- ${summary} (\`${name}\`)`)
  expect(section.trim().split('\n')).toEqual(expected)
})

it('asks for the same Node everywhere', () => {
  const [major, minor] = NEEDED_NODE
  expect(JSON.parse(read('package.json')).engines.node).toBe(`>=${major}.${minor}`)
  expect(read('src/cli/main.ts')).toContain(`const NEEDED = [${major}, ${minor}] as const`)
})
