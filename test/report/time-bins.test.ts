import { expect, test } from 'vitest'
import { REPORT_TIME_BINS } from '../../src/base/limits.ts'
import { TimeBins } from '../../src/report/time-bins.ts'

const sum = (values: Readonly<Float64Array>): number => values.reduce((total, value) => total + value, 0)

test('stretches double when the job outlasts them, and nothing is lost', () => {
  const bins = new TimeBins(['ended'])
  const firstMs = bins.widthMs
  bins.count('ended', 10)
  bins.count('ended', firstMs * REPORT_TIME_BINS - 1)
  expect(bins.widthMs).toBe(firstMs)
  bins.count('ended', firstMs * REPORT_TIME_BINS)
  expect(bins.widthMs).toBe(2 * firstMs)
  expect(sum(bins.of('ended'))).toBe(3)
  expect(bins.of('ended')[0]).toBe(1)
  expect(bins.of('ended')[REPORT_TIME_BINS / 2 - 1]).toBe(1)
  expect(bins.of('ended')[REPORT_TIME_BINS / 2]).toBe(1)
})

test('a span is shared among the stretches that it lies in', () => {
  const bins = new TimeBins(['work'])
  const { widthMs } = bins
  bins.span('work', widthMs / 2, widthMs * 2.25)
  expect([...bins.of('work').slice(0, 4)]).toEqual([widthMs / 2, widthMs, widthMs / 4, 0])
})

test('a span of a day keeps its length', () => {
  const bins = new TimeBins(['work'])
  bins.span('work', 1000, 86_400_000)
  expect(sum(bins.of('work'))).toBeCloseTo(86_399_000, 3)
})
