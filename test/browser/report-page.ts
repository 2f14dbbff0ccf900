/** A report with something of everything in it, made by the real parts: for tests that look at it in a browser. */

import { writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRandom } from '../../src/base/random.ts'
import type { JobEvent } from '../../src/peer/job-events.ts'
import { JobCollector } from '../../src/report/collect.ts'
import { reportPage } from '../../src/report/page.ts'
import type { JobReport, StrategyReport } from '../../src/report/report.ts'
import { Illustrator } from '../../src/report/thumbnails.ts'
import { accepted, delayed, done, failed, peerRef, refused, STAGES, summary } from '../support/sample-events.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

/** A name that would run, if it were not text. */
export const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(2)</script>'&.jpg`

const IMAGES = join(import.meta.dirname, '..', '..', 'data', 'images')
const PHOTOS = ['rocket.jpg', 'coffee.png', 'chelsea.png', 'retina.jpg']
const PEERS = ['attic', 'basement', 'studio', HOSTILE]

export interface MadePage {
  readonly folder: string
  readonly url: string
  readonly html: string
}

/** In a folder of its own, which the caller removes. */
export async function makeReportPage(): Promise<MadePage> {
  const folder = await mkdtemp(join(tmpdir(), 'murmuration-browser-'))
  const jobs = [
    await jobOf('random', few(), folder),
    await jobOf('balanced', few(), folder),
    await jobOf('round-robin', many(), folder),
  ]
  const html = reportPage({
    command: 'compare',
    version: '0.0.0-test',
    nodeVersion: '24.0.0',
    madeAt: '2026-01-01T00:00:00.000Z',
    jobs,
    strategies: jobs.map(strategyOf),
    peers: [0.1, 0.5, 0.2, 0.9].map((load, index) => ({
      ...{ id: `id-${index}`, name: PEERS[index] ?? '', load, slots: 2 },
      ...{
        version: '0.1.0',
        pixelVersion: 'opencv-5.0.0-release.2/ops-eca9a35f/dec1-8.18.7-0e2dc2a1',
        msPerMegapixel: 25,
      },
    })),
    settings: [['input', `/home/${'a-long-folder-name/'.repeat(12)}${HOSTILE}`]],
  })
  const file = join(folder, 'report.html')
  writeFileSync(file, html)
  return { folder, url: pathToFileURL(file).href, html }
}

const strategyOf = ({ summary: { strategy, elapsedMs } }: JobReport): StrategyReport => ({
  strategy,
  longestDelayMs: 1000,
  figures: {
    ...{ runs: 2, images: 8, failed: 2, elapsedMs, fastestMs: elapsedMs * 0.9, slowestMs: elapsedMs * 1.1 },
    ...{ imagesPerSecond: 4, medianMs: 18, p95Ms: 40, refusals: 3, delayed: 2, meanDelayMs: 420, speedup: 1.5 },
  },
})

async function jobOf(strategy: string, events: readonly JobEvent[], folder: string): Promise<JobReport> {
  const share = { share: 0.25, accepted: 2, refused: 3, delayed: 1, failed: 0, lost: 0, meanMs: 20, totalMs: 40 }
  const peers = PEERS.map((name, index) => ({ ...share, ...peerRef(name), done: 4 - index }))
  const ended = summary({ strategy, images: 12, done: 10, failed: 2, elapsedMs: 3000, peers, retries: 5 })
  const collector = new JobCollector(createRandom(strategy))
  for (const event of [...events, ended]) collector.observe(event)
  const collected = collector.result()
  const illustrator = new Illustrator(createVirtualClock())
  return {
    summary: ended,
    collected,
    samples: await illustrator.samples(collected, 'image', folder),
    failures: await illustrator.failures(collected),
  }
}

/** Every kind of event at least once. */
function few(): JobEvent[] {
  const images = PHOTOS.flatMap((photo, task): JobEvent[] => {
    const at = { path: task === 0 ? HOSTILE : photo, task, attempt: 1, source: join(IMAGES, photo) }
    const peer = PEERS[task] ?? ''
    const stages = { ...STAGES, delayMs: 1000, totalMs: 1400 }
    return [
      refused(peer, { ...at, attempt: 0, atMs: 100 * task }),
      accepted(peer, { ...at, atMs: 100 * task + 5 }),
      delayed(peer, { ...at, atMs: 100 * task + 5, delayMs: 1000 }),
      // its picture after the job is the source itself
      done(peer, { ...at, atMs: 100 * task + 1400, output: join('..', '..', IMAGES, photo), stages }),
    ]
  })
  const lost = { path: 'lost.jpg', task: 8, attempt: 0 }
  return [
    ...images,
    accepted('attic', { ...lost, atMs: 300 }),
    { event: 'lost', peer: peerRef('attic'), message: HOSTILE, ...lost, atMs: 900 },
    { event: 'hedged', peer: peerRef('studio'), ...lost, attempt: 1, atMs: 1000 },
    accepted('studio', { ...lost, attempt: 1, atMs: 1010 }),
    {
      event: 'retried',
      peer: peerRef('studio'),
      code: 'ERR_DIGEST',
      message: 'garbled',
      ...lost,
      attempt: 1,
      atMs: 1600,
    },
    failed({ ...lost, attempt: 2, atMs: 2500, peer: peerRef('basement'), source: join(IMAGES, 'brick.png') }),
    failed({ path: HOSTILE, task: 9, atMs: 10, source: '/nowhere', message: HOSTILE }),
  ]
}

/** More than can be drawn one by one. */
const many = (): JobEvent[] =>
  Array.from({ length: 2000 }, (_, task): JobEvent[] => {
    const at = { path: `${task}.jpg`, task, attempt: 0, source: '/nowhere' }
    const peer = PEERS[task % 4] ?? ''
    return [
      accepted(peer, { ...at, atMs: task }),
      refused(peer, { ...at, atMs: task }),
      done(peer, { ...at, atMs: task + 90 }),
    ]
  }).flat()
