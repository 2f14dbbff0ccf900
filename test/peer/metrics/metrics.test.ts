import { request } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { peerId } from '../../../src/base/ids.ts'
import { printMetrics } from '../../../src/peer/metrics/exposition.ts'
import { METRICS, readMetrics } from '../../../src/peer/metrics/metric-table.ts'
import { openMetricsServer } from '../../../src/peer/metrics/metrics-server.ts'
import { createMetricsRecorder } from '../../../src/peer/metrics/recorder.ts'
import { createFakePeer } from '../../support/fake-peer.ts'
import { parseMetrics } from '../../support/prometheus-text.ts'
import { peerSnapshot } from '../../support/sample-events.ts'
import { atEnd } from '../../support/temporary-folder.ts'

const PROCESS = {
  residentBytes: 1,
  cpuSeconds: 2,
  startedSeconds: 3,
  loopDelaySeconds: { mean: 0.001, p99: 0.002, max: 0.003 },
}
const NODE = { connections: 3, reportsHeard: 40, reportsSent: 5, failedProofs: 1 }

function scrape(self = peerSnapshot({ isSelf: true }), recorder = createMetricsRecorder(), peers = [peerSnapshot()]) {
  const snapshot = { ...createFakePeer().snapshot(), self, peers }
  return parseMetrics(printMetrics(readMetrics({ snapshot, recorder, node: NODE, process: PROCESS })))
}

describe('the text', () => {
  it('announces each metric once, with help and type, and has each label that the table names', () => {
    const { types, helps, samples } = scrape()
    expect([...types.keys()]).toEqual(METRICS.map(({ name }) => name))
    expect([...helps.keys()]).toEqual([...types.keys()])
    for (const { name, labels, type } of METRICS) {
      const [first = ''] = [...samples.keys()].filter(
        (key) => key.replace(/_(bucket|sum|count)(?=\{)/, '').split('{')[0] === name,
      )
      const found = [...first.matchAll(/([a-z_]+)="/g)].map(([, label]) => label)
      expect(found, name).toEqual(type === 'histogram' ? [...labels, 'le'] : labels)
    }
  })

  it('has names with units that Prometheus asks for', () => {
    for (const { name, type } of METRICS) {
      expect(name).toMatch(/^(murmuration|process)_[a-z_]+$/)
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
    }
  })

  it('escapes what is in labels and help', () => {
    const family = {
      name: 'a',
      type: 'gauge',
      help: 'x\ny\\',
      samples: [{ labels: { b: '"\n\\' }, value: 1 }],
    } as const
    expect(printMetrics([family])).toBe('# HELP a x\\ny\\\\\n# TYPE a gauge\na{b="\\"\\n\\\\"} 1\n')
  })

  it('has a bounded number of lines, whatever others are called and however many they are', () => {
    const few = scrape().samples.size
    const strategies = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`s${index}`, { tasks: 1, totalMs: 1, meanMs: 1 }]),
    )
    const peers = Array.from({ length: 500 }, (_, index) =>
      peerSnapshot({ name: `p${index}`, id: peerId(`id${index}`) }),
    )
    const many = scrape(peerSnapshot({ strategies }), undefined, peers)
    expect(many.samples.size).toBe(few)
    expect(many.samples.get('murmuration_strategy_tasks_total{strategy="other"}')).toBe(500)
    expect(many.samples.get('murmuration_peers{role="executor",state="alive"}')).toBe(500)
  })

  it('has cumulative buckets whose last is the count', () => {
    const recorder = createMetricsRecorder()
    const task = { queueMs: 0, delayMs: 0, processMs: 7, encodeMs: 3, bodyBytes: 10, resultBytes: 20 }
    for (const decodeMs of [1, 4, 40, 400_000]) recorder.finished({ ...task, decodeMs })
    const { samples } = scrape(undefined, recorder)
    const at = (le: string) =>
      samples.get(`murmuration_task_stage_seconds_bucket{role="executor",stage="decode",le="${le}"}`)
    expect([at('0.001'), at('0.005'), at('0.05'), at('60'), at('+Inf')]).toEqual([1, 2, 3, 3, 4])
    expect(samples.get('murmuration_task_stage_seconds_sum{role="executor",stage="decode"}')).toBeCloseTo(400.045)
    expect(samples.get('murmuration_task_stage_seconds_count{role="executor",stage="decode"}')).toBe(4)
    expect(samples.get('murmuration_task_bytes_total{role="executor",direction="out"}')).toBe(80)
  })
})

interface Answer {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly body: string
}

function ask(
  url: string,
  options: { method?: string; path?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...options }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function open(read: () => string = () => 'a 1\n') {
  const server = await openMetricsServer(0, read)
  atEnd(() => server.close())
  return server
}

describe('the server', () => {
  it('answers GET /metrics and nothing else', async () => {
    const { url } = await open()
    expect(await ask(url)).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: 'a 1\n' })
    for (const method of ['POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await ask(url, { method })).status).toBe(404)
    for (const path of ['/', '/metrics/', '/metrics?x=1', '/../metrics', '//metrics', '/etc/passwd']) {
      expect((await ask(url, { path })).status, path).toBe(404)
    }
  })

  it('answers nobody who came by another name: a page whose name points at 127.0.0.1', async () => {
    const { url } = await open()
    expect((await ask(url, { headers: { host: 'evil.example:80' } })).status).toBe(404)
    expect((await ask(url, { headers: { host: `localhost:${new URL(url).port}` } })).status).toBe(200)
  })

  it('answers 500 when it cannot be read, and goes on', async () => {
    let isBroken = true
    const { url } = await open(() => {
      if (isBroken) throw new Error('/home/ann/secret')
      return 'a 1\n'
    })
    expect(await ask(url)).toMatchObject({ status: 500, body: 'failed\n' })
    isBroken = false
    expect((await ask(url)).status).toBe(200)
  })

  it('refuses long headers', async () => {
    const { url } = await open()
    expect((await ask(url, { headers: { x: 'y'.repeat(20_000) } })).status).toBe(431)
  })

  it('listens on 127.0.0.1 only', async () => {
    const port = Number(new URL((await open()).url).port)
    const others = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address))
    for (const host of others.filter(
      (address) => address !== '127.0.0.1' && !address.includes('%') && !address.startsWith('fe80'),
    )) {
      const outcome = await new Promise((resolve) => {
        const socket = connect({ host, port })
        socket.once('connect', () => resolve('open'))
        socket.once('error', () => resolve('closed'))
        socket.once('close', () => socket.destroy())
      })
      expect(outcome, host).toBe('closed')
    }
  })

  it('closes with connections open, also silent ones', async () => {
    const server = await openMetricsServer(0, () => 'a 1\n')
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
    await new Promise((resolve) => socket.once('connect', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    await server.close()
    await closed
    await server.close()
  })

  it('says that the port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen({ host: '127.0.0.1', port: 0 }, resolve))
    atEnd(() => new Promise((resolve) => other.close(resolve)))
    const { port } = other.address() as AddressInfo
    await expect(openMetricsServer(port, () => '')).rejects.toMatchObject({
      code: 'ERR_PORT_TAKEN',
      exitCode: 2,
      message: `port ${port} of --metrics is in use`,
    })
  })
})
