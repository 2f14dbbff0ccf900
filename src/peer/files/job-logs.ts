/**
 * What a finished job leaves beside its outputs: `summary.json`, and in `logs/` two files per strategy that grow by each job,
 * as the systems before this one wrote them: `<strategy>-job.log` (start, end, images, average) and `<strategy>-peers.log`
 * (per peer: tasks, total, average).
 */

import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobSummary } from '../job-events.ts'
import { STATE_FOLDER } from './state-folder.ts'
import { whyUnwritable } from './write-error.ts'

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

/**
 * Writes them all; `out` must be an open output folder. What cannot be written costs nobody the summary of a finished job:
 * returned is a sentence for each.
 */
export async function writeJobLogs(out: string, summary: JobSummary): Promise<string[]> {
  const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('')
  const log = async (name: string, all: readonly string[]): Promise<void> => {
    await mkdir(join(out, 'logs'), { recursive: true })
    await appendFile(join(out, 'logs', name), lines(all))
  }
  const writes = {
    'summary.json': writeSummary(out, summary),
    [`logs/${summary.strategy}-job.log`]: log(`${summary.strategy}-job.log`, [jobLogLine(summary)]),
    [`logs/${summary.strategy}-peers.log`]: log(`${summary.strategy}-peers.log`, peerLogLines(summary)),
  }
  const told = Object.entries(writes).map(([name, write]) =>
    write.then(
      () => [],
      (error: unknown) => [`"${name}" in "${out}" cannot be written: ${whyUnwritable(error)}`],
    ),
  )
  return (await Promise.all(told)).flat()
}

/** Whole or not at all: a full disk leaves the last one. */
async function writeSummary(out: string, summary: JobSummary): Promise<void> {
  const fresh = join(out, STATE_FOLDER, 'summary.json')
  try {
    await writeFile(fresh, `${JSON.stringify(summary, undefined, 2)}\n`)
    await rename(fresh, join(out, 'summary.json'))
  } finally {
    await rm(fresh, { force: true })
  }
}
