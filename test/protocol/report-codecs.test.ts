import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { peerId } from '../../src/base/ids.ts'
import * as limits from '../../src/base/limits.ts'
import * as wire from '../../src/protocol/generated/hello.ts'
import { decodeHello, encodeHello } from '../../src/protocol/hello-codec.ts'
import { decodeJobProgress, encodeJobProgress } from '../../src/protocol/job-progress-codec.ts'
import { decodeLoadReport, encodeLoadReport, loadReportToWire } from '../../src/protocol/load-report-codec.ts'
import type { JobProgress, LoadReport } from '../../src/protocol/messages.ts'
import { arbitraryHello, arbitraryJobProgress, arbitraryLoadReport } from '../support/arbitrary-messages.ts'
import { mutated, throwsOnlyWireErrors } from '../support/hostile-bytes.ts'
import { HELLO, JOB_PROGRESS, LOAD_REPORT } from '../support/valid-messages.ts'

describe('hello, load report and job progress', () => {
  test('are the same after encoding and decoding', () => {
    fc.assert(
      fc.property(arbitraryHello, arbitraryLoadReport, arbitraryJobProgress, (hello, report, job) => {
        expect(decodeHello(encodeHello(hello))).toEqual(hello)
        expect(decodeLoadReport(encodeLoadReport(report))).toEqual(report)
        expect(decodeJobProgress(encodeJobProgress(job))).toEqual(job)
      }),
    )
  })

  test('made of any bytes only ever throw an error of the wire', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      mutated(arbitraryHello.map(encodeHello)),
      mutated(arbitraryLoadReport.map(encodeLoadReport)),
      mutated(arbitraryJobProgress.map(encodeJobProgress)),
    )
    fc.assert(
      fc.property(bytes, (bytes) => {
        throwsOnlyWireErrors(() => encodeHello(decodeHello(bytes)))
        throwsOnlyWireErrors(() => encodeLoadReport(decodeLoadReport(bytes)))
        throwsOnlyWireErrors(() => encodeJobProgress(decodeJobProgress(bytes)))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a load report', () => {
  const broken: readonly [string, Partial<LoadReport>, string][] = [
    ['with a peer that is no peer id', { peer: peerId('../../etc') }, 'peer'],
    ['without a name', { name: '' }, 'name'],
    ['with a name that moves the cursor', { name: 'kiwi\u001b[1A' }, 'control characters'],
    ['with a name that reverses the line', { name: 'kiwi\u202e' }, 'control characters'],
    ['with a name of more than 64 bytes', { name: 'ü'.repeat(33) }, 'at most 64 bytes, got 66 bytes'],
    ['of an executor without slots', { slots: 0 }, 'slots'],
    ['with an address that is none', { addresses: ['127.0.0.1:4601'] }, 'multiaddr'],
    ['with too many addresses', { addresses: Array(limits.MAX_ADDRESSES + 1).fill('/ip4/1.2.3.4') }, 'entries'],
    ['with a fraction of a count', { counts: { ...LOAD_REPORT.counts, refused: 0.5 } }, 'counts.refused'],
    ['with a load probability below zero', { loadProbability: -0.1 }, 'loadProbability'],
    ['with a strategy that is no name', { strategies: [{ strategy: 'A B', tasks: 1, totalMs: 1 }] }, 'strategies'],
    ['that promises the next one in a day', { nextReportWithinMs: 86_400_000 }, 'nextReportWithinMs'],
  ]

  test.each(broken)('%s is not sent', (_, change, words) => {
    expect(() => encodeLoadReport({ ...LOAD_REPORT, ...change })).toThrow(words)
  })

  test('of an observer has no slots', () => {
    const observer: LoadReport = { ...LOAD_REPORT, role: 'observer', slots: 0 }
    expect(decodeLoadReport(encodeLoadReport(observer))).toEqual(observer)
  })

  test('with every list full fits into a gossip message', () => {
    const full: LoadReport = {
      ...LOAD_REPORT,
      name: 'n'.repeat(limits.MAX_NAME_BYTES),
      addresses: Array(limits.MAX_ADDRESSES).fill(`/${'a'.repeat(limits.MAX_ADDRESS_BYTES - 1)}`),
      strategies: Array(limits.MAX_STRATEGIES).fill({
        strategy: 's'.repeat(limits.MAX_NAME_BYTES),
        tasks: Number.MAX_SAFE_INTEGER,
        totalMs: 0.1,
      }),
    }
    expect(decodeLoadReport(encodeLoadReport(full))).toEqual(full)
  })

  test('whose lists are too long on the wire is over the limit', () => {
    const bytes = wire.LoadReport.encode({
      ...loadReportToWire(LOAD_REPORT),
      addresses: Array(limits.MAX_ADDRESSES + 1).fill('/ip4/1.2.3.4'),
    })
    expect(() => decodeLoadReport(bytes)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT' }))
  })

  test('larger than a gossip message is refused before it is decoded', () => {
    expect(() => decodeLoadReport(new Uint8Array(limits.MAX_GOSSIP_BYTES + 1))).toThrow(
      expect.objectContaining({ code: 'ERR_LIMIT' }),
    )
  })
})

describe('a hello', () => {
  test('stands although a report that was only heard breaks a rule', () => {
    const own = loadReportToWire(LOAD_REPORT)
    const bytes = wire.Hello.encode({
      own,
      heard: [
        { report: { ...own, role: 77 }, ageMs: 1 },
        { report: own, ageMs: 2 },
        { report: own, ageMs: Number.NaN },
        { ageMs: 3 },
      ],
    })
    expect(decodeHello(bytes)).toEqual({ own: LOAD_REPORT, heard: [{ report: LOAD_REPORT, ageMs: 2 }] })
  })

  test('falls when the own report is missing or breaks a rule', () => {
    const own = { ...loadReportToWire(LOAD_REPORT), role: 77 }
    for (const bytes of [wire.Hello.encode({ heard: [] }), wire.Hello.encode({ own, heard: [] })]) {
      expect(() => decodeHello(bytes)).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }))
    }
  })

  test('with more heard reports than fit keeps the first ones', () => {
    const report = HELLO.heard[0]
    if (report === undefined) throw new Error('a heard report was expected')
    const many = decodeHello(encodeHello({ own: LOAD_REPORT, heard: Array(2000).fill(report) }))
    expect(many.heard).toHaveLength(limits.MAX_HELLO_REPORTS)

    const address = `/${'a'.repeat(limits.MAX_ADDRESS_BYTES - 1)}`
    const large = { report: { ...report.report, addresses: Array(limits.MAX_ADDRESSES).fill(address) }, ageMs: 0 }
    const bytes = encodeHello({ own: LOAD_REPORT, heard: Array(limits.MAX_HELLO_REPORTS).fill(large) })
    expect(bytes.byteLength).toBeLessThanOrEqual(limits.MAX_HELLO_BYTES)
    expect(decodeHello(bytes).heard.length).toBeGreaterThan(0)
  })

  test('that claims to have heard of more peers than allowed is over the limit', () => {
    const bytes = wire.Hello.encode({
      own: loadReportToWire(LOAD_REPORT),
      heard: Array(limits.MAX_HELLO_REPORTS + 1).fill({ ageMs: 0 }),
    })
    expect(() => decodeHello(bytes)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT' }))
  })
})

describe('a job progress', () => {
  const broken: readonly [string, Partial<JobProgress>, string][] = [
    ['with more done than there is', { done: 499, failed: 2 }, 'done + failed'],
    ['with more already done than is done', { alreadyDone: 121 }, 'alreadyDone'],
    ['with a name in two lines', { coordinatorName: 'a\nb' }, 'coordinatorName'],
    ['without a pipeline', { pipeline: '' }, 'pipeline'],
    ['from before time', { elapsedMs: -5 }, 'elapsedMs'],
  ]

  test.each(broken)('%s is not sent', (_, change, words) => {
    expect(() => encodeJobProgress({ ...JOB_PROGRESS, ...change })).toThrow(words)
  })
})
