/**
 * What a finished job leaves beside its outputs: `summary.json`, and in `logs/` two files per strategy that grow by each job,
 * as the systems before this one wrote them: `<strategy>-job.log` (start, end, images, average) and `<strategy>-peers.log`
 * (per peer: tasks, total, average).
 */

import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobSummary } from '../job-events.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`

export function jobLogLine(summary: JobSummary): string {
  return [
    `job ${summary.job}`,
    `start ${summary.startedAt}`,
    `end ${summary.endedAt}`,
    `outcome ${summary.outcome}`,
    `images ${summary.done}`,
    `elapsed ${seconds(summary.elapsedMs)}`,
    `average ${seconds(summary.perImage.meanMs)}`,
  ].join('  ')
}

export const peerLogLines = (summary: JobSummary): string[] =>
  summary.peers.map((peer) =>
    [
      `job ${summary.job}`,
      `peer ${peer.name}`,
      `tasks ${peer.done}`,
      `total ${seconds(peer.totalMs)}`,
      `average ${seconds(peer.meanMs)}`,
    ].join('  '),
  )

/** Writes them all. `out` must exist. */
export async function writeJobLogs(out: string, summary: JobSummary): Promise<void> {
  const folder = join(out, 'logs')
  await mkdir(folder, { recursive: true })
  const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('')
  await Promise.all([
    writeFile(join(out, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`),
    appendFile(join(folder, `${summary.strategy}-job.log`), lines([jobLogLine(summary)])),
    appendFile(join(folder, `${summary.strategy}-peers.log`), lines(peerLogLines(summary))),
  ])
}
