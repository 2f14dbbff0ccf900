/** docs/PROTOCOL.md is read by people who write another implementation: it has to be what the code does. */

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as limits from '../../src/base/limits.ts'
import * as messages from '../../src/protocol/messages.ts'
import { JOB_STATE, OUTPUT_FORMAT, PEER_ROLE, REFUSAL_REASON, TASK_MODE } from '../../src/protocol/vocabulary.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const document = read('docs/PROTOCOL.md')
const limitsSource = read('src/base/limits.ts')
const protoNames = readdirSync(new URL('../../src/protocol/', import.meta.url)).filter((name) =>
  name.endsWith('.proto'),
)

interface Field {
  readonly number: string
  readonly name: string
  readonly type: string
}

/** Every message of the .proto files with its fields; a oneof's fields are its message's own. */
const protoMessages = protoNames
  .flatMap((name) => [...read(`src/protocol/${name}`).matchAll(/^message (\w+) \{\n(.*?)^\}/gms)])
  .map(([, name = '', body = '']) => ({
    name,
    fields: [...body.matchAll(/^ +(?:optional )?((?:repeated )?\w+) (\w+) = (\d+)/gm)].map(
      ([, type = '', name = '', number = '']): Field => ({ number, name, type }),
    ),
  }))

/** The text under the heading of a message, up to the next heading. */
const sectionOf = (name: string): string => document.split(`#### \`${name}\`\n`)[1]?.split(/^#/m)[0] ?? ''

const rows = (text: string): string[][] =>
  [...text.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) => row.split('|').map((cell) => cell.trim()))

/** Bounds and deadlines in tables: name and value. */
const valuesInTables = new Map(
  rows(document).flatMap(([name = '', value = '']): [string, number][] => {
    const limit = /^`([A-Z_]+)`$/.exec(name)?.[1]
    return limit && /^[\d,]+$/.test(value) ? [[limit, Number(value.replaceAll(',', ''))]] : []
  }),
)

/** Names of the bounds that limits.ts marks "wire", on their section or on themselves. */
function wireLimits(): string[] {
  const names: string[] = []
  for (const section of limitsSource.split(/^\/\/ ---- /m)) {
    const isWire = section.slice(0, section.indexOf('\n')).includes('(wire)')
    for (const [, comment = '', name = ''] of section.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\nexport const (\w+)/gs)) {
      if (isWire || comment.includes('(wire)')) names.push(name)
    }
  }
  return names
}

describe('the protocol document', () => {
  test.each(protoMessages)('lists the fields of $name with number, name and type', ({ name, fields }) => {
    const listed = rows(sectionOf(name))
      .filter(([number = '']) => /^\d+$/.test(number))
      .map(([number = '', field = '', type = '']): Field => ({ number, name: field.replaceAll('`', ''), type }))
    expect(fields.length).toBeGreaterThan(0)
    expect(listed).toEqual(fields)
  })

  test('gives every bound that peers must agree on, with its value', () => {
    const names = wireLimits()
    expect(names).toContain('MAX_CHUNK_BYTES')
    expect(names).toContain('MAX_NEXT_REPORT_MS')
    expect(names.filter((name) => !valuesInTables.has(name))).toEqual([])
  })

  test('gives no value that limits.ts does not give', () => {
    const known: Readonly<Record<string, unknown>> = limits
    expect(valuesInTables.size).toBeGreaterThan(30)
    for (const [name, value] of valuesInTables) expect(known[name], name).toBe(value)
  })

  test('names no bound that does not exist', () => {
    const named = [...document.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name = '']) => name)
    const reasons: readonly string[] = messages.REFUSAL_REASONS
    const unknown = named.filter((name) => !(name in limits) && !reasons.includes(name) && !name.startsWith('ERR_'))
    expect(unknown).toEqual([])
  })

  test('lists the refusal reasons with their numbers', () => {
    const section = document.split('## Refusal reasons\n')[1]?.split(/^## /m)[0] ?? ''
    const listed = rows(section).flatMap(([number = '', reason = '']) =>
      /^\d+$/.test(number) ? [[reason.replaceAll('`', ''), Number(number)]] : [],
    )
    expect(Object.fromEntries(listed)).toEqual(REFUSAL_REASON.numbers)
  })

  test.each([
    ['Offer', 'mode', TASK_MODE.numbers],
    ['Offer', 'format', OUTPUT_FORMAT.numbers],
    ['LoadReport', 'role', PEER_ROLE.numbers],
    ['JobProgress', 'state', JOB_STATE.numbers],
  ])('tells the numbers of %s.%s', (message, field, numbers) => {
    const meaning = rows(sectionOf(message)).find(([, name]) => name === `\`${field}\``)?.[3] ?? ''
    for (const [name, number] of Object.entries(numbers)) {
      expect(meaning).toContain(`${number} ${name.toUpperCase().replaceAll('-', '_')}`)
    }
  })

  test('names every protocol id and topic', () => {
    for (const id of [
      messages.HELLO_PROTOCOL,
      messages.TASK_PROTOCOL,
      messages.MODEL_PROTOCOL,
      messages.LOAD_TOPIC,
      messages.JOB_TOPIC,
    ]) {
      expect(document).toContain(`| \`${id}\` `)
    }
  })

  test('has a heading for every entry of its contents', () => {
    const headings = [...document.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    const contents = [...document.matchAll(/^- \[(.+)\]\(#/gm)].map(([, entry]) => entry)
    expect(contents).toEqual(headings.filter((heading) => heading !== 'Contents'))
  })
})
