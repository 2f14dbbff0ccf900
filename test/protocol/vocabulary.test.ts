import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { OUTPUT_FORMATS, REFUSAL_REASONS } from '../../src/protocol/messages.ts'
import {
  JOB_STATE,
  OUTPUT_FORMAT,
  PEER_ROLE,
  REFUSAL_REASON,
  TASK_MODE,
  type Vocabulary,
} from '../../src/protocol/vocabulary.ts'

const VOCABULARIES: readonly [enumName: string, unspecified: string, Vocabulary<string>][] = [
  ['TaskMode', 'TASK_MODE_UNSPECIFIED', TASK_MODE],
  ['OutputFormat', 'OUTPUT_FORMAT_UNSPECIFIED', OUTPUT_FORMAT],
  ['RefusalReason', 'REFUSAL_REASON_UNSPECIFIED', REFUSAL_REASON],
  ['PeerRole', 'PEER_ROLE_UNSPECIFIED', PEER_ROLE],
  ['JobState', 'JOB_STATE_UNSPECIFIED', JOB_STATE],
]

const protos = ['task', 'hello', 'job']
  .map((name) => readFileSync(new URL(`../../src/protocol/${name}.proto`, import.meta.url), 'utf8'))
  .join('\n')

/** Names and numbers of an enum as its .proto file declares them. */
function declared(enumName: string): Record<string, number> {
  const body = protos.match(new RegExp(`enum ${enumName} \\{([^}]*)\\}`))?.[1] ?? ''
  return Object.fromEntries([...body.matchAll(/(\w+) = (\d+);/g)].map(([, name, number]) => [name, Number(number)]))
}

test.each(VOCABULARIES)('the numbers of %s are those of its .proto file', (enumName, unspecified, { numbers }) => {
  const names = Object.entries(numbers).map(([name, number]) => [name.toUpperCase().replaceAll('-', '_'), number])
  expect({ [unspecified]: 0, ...Object.fromEntries(names) }).toEqual(declared(enumName))
})

test('every name is read back from its number, and 0 and unknown numbers are no name', () => {
  for (const [, , { numbers, nameOf }] of VOCABULARIES) {
    for (const [name, number] of Object.entries(numbers)) expect(nameOf(number)).toBe(name)
    expect([nameOf(0), nameOf(1000), nameOf(-1)]).toEqual([undefined, undefined, undefined])
  }
})

test('every refusal reason and output format has a number', () => {
  expect(Object.keys(REFUSAL_REASON.numbers)).toEqual([...REFUSAL_REASONS])
  expect(Object.keys(OUTPUT_FORMAT.numbers)).toEqual([...OUTPUT_FORMATS])
})
