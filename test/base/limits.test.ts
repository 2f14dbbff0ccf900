/** limits.ts is long and stays one file: its contents say where to look. */

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const source = readFileSync(new URL('../../src/base/limits.ts', import.meta.url), 'utf8')

it('lists its sections at the top, in the order in which they stand', () => {
  const listed = [...source.matchAll(/^ \* - [^:]+: (.+)$/gm)].flatMap(([, names = '']) => names.split(', '))
  const sections = [...source.matchAll(/^\/\/ ---- (.+?)(?: \(wire\))? ----$/gm)].map(([, name]) => name)
  expect(sections.length).toBeGreaterThan(20)
  expect(listed).toEqual(sections)
})

it('gives every bound a reason', () => {
  const bare = [...source.matchAll(/\n\nexport const (\w+)/g)].map(([, name]) => name)
  expect(bare).toEqual([])
})
