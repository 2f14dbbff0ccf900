/**
 * The bytes of each message are checked in, by protocol version. Today's encoder has to make those of the newest version, and
 * today's decoder has to read those of all. `WRITE_GOLDEN_BYTES=1 npx vitest run test/protocol/golden-bytes` writes the ones
 * that are missing; one that exists is never overwritten: bytes that change are a new version, in a folder of its own.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeHello, encodeHello } from '../../src/protocol/hello-codec.ts'
import { decodeJobProgress, encodeJobProgress } from '../../src/protocol/job-progress-codec.ts'
import { decodeLoadReport, encodeLoadReport } from '../../src/protocol/load-report-codec.ts'
import type { ModelFrame, TaskFrame } from '../../src/protocol/messages.ts'
import { decodeModelAnswer, decodeModelRequest, encodeModelFrame } from '../../src/protocol/model-codec.ts'
import { decodeCoordinatorFrame, decodeExecutorFrame, encodeTaskFrame } from '../../src/protocol/task-codec.ts'
import {
  HELLO,
  JOB_PROGRESS,
  JOB_PROGRESS_OF_RESUMED,
  LOAD_REPORT,
  LOAD_REPORT_TOLD_DIRECTLY,
  MODEL_FRAMES,
  OFFER_KEEPING_METADATA,
  OFFER_OF_TILE,
  TASK_FRAMES,
} from '../support/valid-messages.ts'

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'protocol')
const NEWEST = '1.0.0'

interface Golden {
  readonly value: unknown
  readonly bytes: Uint8Array
  readonly decode: (bytes: Uint8Array) => unknown
}

const FROM_COORDINATOR: readonly string[] = ['offer', 'chunk', 'cancel', 'offer-of-tile', 'offer-keeping-metadata']

const GOLDEN: Readonly<Record<string, Golden>> = {
  ...Object.fromEntries(
    Object.entries<TaskFrame>({
      ...TASK_FRAMES,
      'offer-of-tile': OFFER_OF_TILE,
      'offer-keeping-metadata': OFFER_KEEPING_METADATA,
    }).map(([kind, value]): [string, Golden] => [
      kind,
      {
        value,
        bytes: encodeTaskFrame(value),
        decode: FROM_COORDINATOR.includes(kind) ? decodeCoordinatorFrame : decodeExecutorFrame,
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries<ModelFrame>(MODEL_FRAMES).map(([kind, value]): [string, Golden] => {
      const decode = kind === 'request' ? decodeModelRequest : decodeModelAnswer
      return [`model-${kind}`, { value, bytes: encodeModelFrame(value), decode }]
    }),
  ),
  hello: { value: HELLO, bytes: encodeHello(HELLO), decode: decodeHello },
  'load-report': { value: LOAD_REPORT, bytes: encodeLoadReport(LOAD_REPORT), decode: decodeLoadReport },
  'load-report-told-directly': {
    value: LOAD_REPORT_TOLD_DIRECTLY,
    bytes: encodeLoadReport(LOAD_REPORT_TOLD_DIRECTLY),
    decode: decodeLoadReport,
  },
  'job-progress-of-resumed': {
    value: JOB_PROGRESS_OF_RESUMED,
    bytes: encodeJobProgress(JOB_PROGRESS_OF_RESUMED),
    decode: decodeJobProgress,
  },
  'job-progress': { value: JOB_PROGRESS, bytes: encodeJobProgress(JOB_PROGRESS), decode: decodeJobProgress },
}

/** Thirty-two bytes a line, so that a change shows in a diff. */
const toLines = (bytes: Uint8Array): string =>
  `${Buffer.from(bytes)
    .toString('hex')
    .match(/.{1,64}/g)
    ?.join('\n')}\n`

const fromLines = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll('\n', ''), 'hex'))

const fileOf = (version: string, name: string): string => join(FOLDER, version, `${name}.hex`)

const { WRITE_GOLDEN_BYTES } = process.env
if (WRITE_GOLDEN_BYTES) {
  mkdirSync(join(FOLDER, NEWEST), { recursive: true })
  for (const [name, { bytes }] of Object.entries(GOLDEN)) {
    const file = fileOf(NEWEST, name)
    if (!existsSync(file)) writeFileSync(file, toLines(bytes), { flag: 'wx' })
  }
}

describe('the bytes of today', () => {
  test.each(Object.entries(GOLDEN))('for %s are those that were always sent', (name, { value, bytes, decode }) => {
    const kept = readFileSync(fileOf(NEWEST, name), 'utf8')
    expect(toLines(bytes)).toBe(kept)
    expect(decode(fromLines(kept))).toEqual(value)
  })
})

describe('the bytes of every version', () => {
  const kept = readdirSync(FOLDER).flatMap((version) =>
    readdirSync(join(FOLDER, version)).map((file) => [version, file]),
  )

  test.each(kept)('%s/%s are read', (version = '', file = '') => {
    const golden = GOLDEN[file.replace(/\.hex$/, '')]
    expect(golden, `${file} is of no message`).toBeDefined()
    const bytes = fromLines(readFileSync(join(FOLDER, version, file), 'utf8'))
    expect(golden?.decode(bytes)).toBeTypeOf('object')
  })
})
