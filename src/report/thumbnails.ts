/**
 * Pictures for a report, made when the job has ended: a bounded number, each with a bound on pixels and time, all together with
 * one more. What brings no picture brings the reason instead. libvips decodes on libuv's threads of this process, or with
 * `--isolate` of another; a file that already ended a worker or a peer is not decoded again: here it would end the process that has
 * the results, and there it would bring no picture either.
 */

import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import parallel from 'it-parallel'
import { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import {
  MAX_REPORT_DATA_CHARS,
  MAX_REPORT_PICTURES_AT_ONCE,
  MAX_THUMBNAIL_SOURCE_PX,
  THUMBNAIL_SECONDS,
  THUMBNAIL_SIDE_PX,
  THUMBNAILS_MS,
} from '../base/limits.ts'
import { type ThumbnailMaker, thumbnailsInThisProcess } from '../cv/index.ts'
import { RESULTS_FILE } from '../peer/coordinator/plan.ts'
import type { ResultKind } from '../peer/job-events.ts'
import type { CollectedFailure, CollectedJob } from './collect.ts'
import type { ShownFailure, ShownImage, Thumbnail } from './report.ts'

const LIMITS = { sidePx: THUMBNAIL_SIDE_PX, maxSourcePx: MAX_THUMBNAIL_SOURCE_PX, seconds: THUMBNAIL_SECONDS }
const DANGEROUS: ReadonlySet<string> = new Set(['ERR_WORKER_CRASHED', 'ERR_TASK_TIMEOUT', 'ERR_PEER_LOST'])
const NOT_AGAIN = 'it ended a worker or its peer, so it is not decoded again here'

/** Makes the pictures of one report; one that was made is not made again. Whoever made it closes it. */
export class Illustrator {
  readonly #clock: Clock
  readonly #thumbnails: ThumbnailMaker
  readonly #deadlineMs: number
  readonly #made = new Map<string, Promise<Thumbnail>>()

  constructor(clock: Clock, thumbnails: ThumbnailMaker = thumbnailsInThisProcess) {
    this.#clock = clock
    this.#thumbnails = thumbnails
    this.#deadlineMs = clock.now() + THUMBNAILS_MS
  }

  /** `out` is the folder of the job's outputs. */
  async samples(job: CollectedJob, kind: ResultKind, out: string): Promise<readonly ShownImage[]> {
    const { samples } = job
    const data = kind === 'data' ? await dataOf(new Set(samples.map(({ path }) => path)), out) : undefined
    return await eachOf(samples, async (sample) => ({
      ...sample,
      before: await this.#picture(sample.source),
      after: kind === 'data' ? undefined : await this.#picture(join(out, sample.output)),
      data: data?.get(sample.path),
    }))
  }

  async failures(job: CollectedJob): Promise<readonly ShownFailure[]> {
    return await eachOf(job.failures, async (failure) => ({ ...failure, before: await this.#ofFailure(failure) }))
  }

  async #ofFailure({ source, code }: CollectedFailure): Promise<Thumbnail> {
    return DANGEROUS.has(code) ? { kind: 'none', reason: NOT_AGAIN } : await this.#picture(source)
  }

  close(): Promise<void> {
    return this.#thumbnails.close()
  }

  #picture(file: string): Promise<Thumbnail> {
    const known = this.#made.get(file)
    if (known !== undefined) return known
    const made = this.#make(file)
    this.#made.set(file, made)
    return made
  }

  async #make(file: string): Promise<Thumbnail> {
    const leftMs = this.#deadlineMs - this.#clock.now()
    if (leftMs <= 0) return { kind: 'none', reason: `all pictures together took longer than ${THUMBNAILS_MS / 1000} s` }
    const { promise: late, reject } = Promise.withResolvers<never>()
    // libvips' own limit does not cover a disk that does not answer
    const timer = this.#clock.setTimer(Math.min(leftMs, THUMBNAIL_SECONDS * 1000), () =>
      reject(new Error('it took too long')),
    )
    try {
      const { bytes, widthPx, heightPx } = await Promise.race([this.#thumbnails.make(file, LIMITS), late])
      return {
        kind: 'picture',
        dataUri: `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}`,
        widthPx,
        heightPx,
      }
    } catch (error) {
      return { kind: 'none', reason: error instanceof Error ? error.message : String(error) }
    } finally {
      timer.cancel()
    }
  }
}

async function eachOf<T, R>(items: readonly T[], make: (item: T) => Promise<R>): Promise<readonly R[]> {
  const jobs = items.map((item) => () => make(item))
  const made: R[] = []
  for await (const one of parallel(jobs, { concurrency: MAX_REPORT_PICTURES_AT_ONCE, ordered: true })) made.push(one)
  return made
}

const RESULT_LINE = z.object({ path: z.string(), data: z.unknown() })

/** The data of some images out of their job's results; what cannot be read is left out. */
async function dataOf(paths: ReadonlySet<string>, out: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const stream = createReadStream(join(out, RESULTS_FILE))
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      const { path, data } = RESULT_LINE.parse(JSON.parse(line))
      if (paths.has(path)) found.set(path, cutText(JSON.stringify(data)))
      if (found.size === paths.size) break
    }
  } catch {
    // the report then shows no data, and the file itself still has it
  } finally {
    stream.destroy()
  }
  return found
}

const cutText = (text: string): string =>
  text.length <= MAX_REPORT_DATA_CHARS ? text : `${text.slice(0, MAX_REPORT_DATA_CHARS)}…`
