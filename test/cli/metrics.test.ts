/** `--metrics` on real processes. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { BY_PEERS, peerCommand, runCommand, startPeerProcess } from '../support/peer-process.ts'
import { parseMetrics } from '../support/prometheus-text.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitFor } from '../support/wait-for.ts'

const scrape = async (url: string) => parseMetrics(await (await fetch(url)).text())

it('moves with a job, at the executor and at the coordinator, and ends with the peer', async () => {
  const dataDir = await temporaryFolder()
  const folder = await temporaryFolder()
  await makeSmallImages(join(folder, 'in'), 6)
  const child = spawn(
    process.execPath,
    peerCommand([
      'start',
      '--json',
      '--no-tui',
      '--data-dir',
      dataDir,
      '--slots',
      '1',
      '--listen',
      '/ip4/127.0.0.1/tcp/0',
      '--metrics',
      '0',
    ]),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const { metrics: url } = JSON.parse(line)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
  const before = await scrape(url)
  expect(before.samples.get('murmuration_tasks_total{outcome="completed"}')).toBe(0)
  expect(before.samples.get('murmuration_slots')).toBe(1)
  expect(before.samples.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000)

  const submitted = await runCommand([
    'submit',
    join(folder, 'in'),
    '--out',
    join(folder, 'out'),
    '--data-dir',
    dataDir,
    ...BY_PEERS,
    '--metrics',
    '0',
  ])
  expect(submitted.code).toBe(0)
  expect(submitted.stderr).toMatch(/metrics at http:\/\/127\.0\.0\.1:\d+\/metrics/)

  // the coordinator has its results before the executor has counted the last one
  const { samples } = await waitFor(async () => {
    const scraped = await scrape(url)
    expect(scraped.samples.get('murmuration_tasks_total{outcome="completed"}')).toBe(6)
    expect(scraped.samples.get('murmuration_gossip_reports_total{direction="heard"}')).toBeGreaterThan(0)
    return scraped
  })
  expect(samples.get('murmuration_task_stage_seconds_count{role="executor",stage="process"}')).toBe(6)
  expect(samples.get('murmuration_task_stage_seconds_sum{role="executor",stage="decode"}')).toBeGreaterThan(0)
  expect(samples.get('murmuration_task_bytes_total{role="executor",direction="in"}')).toBeGreaterThan(0)
  expect(samples.get('murmuration_strategy_tasks_total{strategy="balanced"}')).toBe(6)

  child.kill('SIGTERM')
  await once(child, 'exit')
  await expect(fetch(url)).rejects.toThrow()
})

it('counts the images of own jobs', async () => {
  const { startPeer } = await import('../../src/peer/start-peer.ts')
  const folder = await temporaryFolder()
  await makeSmallImages(join(folder, 'in'), 3)
  const peer = await startPeer({
    dataDir: join(folder, 'data'),
    listen: '/ip4/127.0.0.1/tcp/0',
    executor: { slots: 1 },
    metricsPort: 0,
  })
  onTestFinished(() => peer.stop())
  await peer.submit(join(folder, 'in'), { out: join(folder, 'out'), local: 'always' }).summary
  const { samples } = await scrape(peer.metricsUrl ?? '')
  expect(samples.get('murmuration_job_images_total{outcome="done"}')).toBe(3)
  expect(samples.get('murmuration_task_stage_seconds_count{role="coordinator",stage="total"}')).toBe(3)
  expect(samples.get('murmuration_job_events_total{event="accepted"}')).toBe(3)
  expect(samples.get('murmuration_task_bytes_total{role="coordinator",direction="in"}')).toBeGreaterThan(0)
})

it('refuses a port that is taken or none with one sentence and exit code 2, and starts no peer', async () => {
  const dataDir = await temporaryFolder()
  const { addresses } = await startPeerProcess(dataDir, '--slots', '1')
  const port = /\/tcp\/(\d+)/.exec(addresses[0] ?? '')?.[1] ?? ''
  const taken = await runCommand(['start', '--no-tui', '--metrics', port, '--data-dir', dataDir])
  expect(taken).toEqual({
    code: 2,
    stdout: '',
    stderr: `port ${port} of --metrics is in use\n  Choose another port with --metrics; 0 takes any free one.\n`,
  })
  const wrong = await runCommand(['start', '--metrics', '70000', '--data-dir', dataDir])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('--metrics expects a whole number between 0 and 65535, got "70000"')
})
