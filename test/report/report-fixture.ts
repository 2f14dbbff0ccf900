/** Jobs as a report gets them, made of events by the real fold. */

import { createRandom } from '../../src/base/random.ts'
import type { JobEvent, JobSummary } from '../../src/peer/job-events.ts'
import { type CollectedJob, JobCollector } from '../../src/report/collect.ts'
import type { JobReport, Report } from '../../src/report/report.ts'
import { summary } from '../support/sample-events.ts'

export function collect(events: Iterable<JobEvent>): CollectedJob {
  const collector = new JobCollector(createRandom('test'))
  for (const event of events) collector.observe(event)
  return collector.result()
}

export function jobReport(events: readonly JobEvent[], fields: Partial<JobSummary> = {}): JobReport {
  const ended = summary(fields)
  const collected = collect([...events, ended])
  const before = { kind: 'none', reason: 'a test' } as const
  return {
    summary: ended,
    collected,
    samples: collected.samples.map((sample) => ({ ...sample, before, after: before, data: undefined })),
    failures: collected.failures.map((failure) => ({ ...failure, before })),
  }
}

export const report = (fields: Partial<Report> = {}): Report => ({
  command: 'submit',
  version: '0.0.0-test',
  nodeVersion: '24.0.0',
  madeAt: '2026-01-01T00:00:02.000Z',
  jobs: [],
  strategies: [],
  peers: [],
  settings: [],
  ...fields,
})
