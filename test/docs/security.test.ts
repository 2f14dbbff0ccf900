/** SECURITY.md promises: each promise names a test that exists, each bound is one of limits.ts, each default is the real one. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import * as limits from '../../src/base/limits.ts'
import { COMMAND_TABLE } from '../../src/cli/command-table.ts'

const ROOT = join(import.meta.dirname, '../..')
const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8')
const [, defended = '', rest = ''] = /## What is defended\n(.*?)\n## What is not defended\n(.*)$/s.exec(text) ?? []

const rows = [...defended.matchAll(/^\| (?!attack)([^-|][^|]*) \| ([^|]*) \| ([^|]*) \|$/gm)].map(
  ([, attack = '', , held = '']) => ({ attack, held }),
)

it('says what is defended, against whom, and what is not', () => {
  expect(rows.length).toBeGreaterThan(20)
  expect(defended.match(/^### Against/gm)).toHaveLength(4)
  expect(rest.match(/^- \*\*/gm)?.length).toBeGreaterThan(5)
})

it.each(rows)('names the tests that hold it: $attack', ({ held }) => {
  // What libp2p defends, its tests hold.
  if (held === 'libp2p') return
  const tests = [...held.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file)
  expect(tests.length).toBeGreaterThan(0)
  for (const file of tests) {
    expect(file).toMatch(/^test\/.*\.(test|slow)\.ts$/)
    expect(existsSync(join(ROOT, file)), file).toBe(true)
  }
})

it('names bounds and flags that exist, with the values that they have', () => {
  const named = [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !(name in limits))).toEqual([])
  expect(2 * limits.ADMISSION_MS).toBe(20_000)
  expect(limits.DEFAULT_KEY_OVERLAP_MS).toBe(7 * 24 * 60 * 60_000)
  for (const flag of ['rotate', 'now', 'for']) expect(Object.keys(COMMAND_TABLE.key.flags)).toContain(flag)
})
