import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../src/base/errors.ts'
import { createScenario } from './draw-scenario.ts'
import { runScenario, runSeed } from './run-seed.ts'
import type { Scenario } from './scenario.ts'
import type { World } from './world.ts'

const SEEDS = 200
const PER_TEST = 25

describe('a simulated cluster', () => {
  it.each(Array.from({ length: SEEDS / PER_TEST }, (_, index) => 1 + index * PER_TEST))(
    `keeps every promise under ${PER_TEST} scenarios from seed %i on`,
    async (from) => {
      for (let seed = from; seed < from + PER_TEST; seed++) {
        const { violations } = await runSeed(seed)
        expect(violations, `npm run simulate -- --seed ${seed} --trace`).toEqual([])
      }
    },
  )

  it.each([3, 77, 138])('goes the same way again: seed %i', async (seed) => {
    const first = await runSeed(seed, { isTraced: true })
    const again = await runSeed(seed, { isTraced: true })
    const untraced = await runSeed(seed)
    expect(first.traceLines.length).toBeGreaterThan(50)
    expect(again.traceHash).toBe(first.traceHash)
    expect(untraced.events).toBe(first.events)
    expect(first.traceHash).not.toBe((await runSeed(seed + 1, { isTraced: true })).traceHash)
  })
})

/** Two honest peers, one job of the first, nothing wrong. */
function calm(change: Partial<Scenario> = {}): Scenario {
  const peer = {
    role: 'executor',
    slots: 2,
    speed: 1,
    load: 0,
    delayMs: 300,
    bytesPerMs: 1_000,
    character: 'honest',
    lies: 0,
  } as const
  const images = Array.from({ length: 20 }, (_, index) => ({
    path: `j0/${index}.png`,
    kind: 'good' as const,
    sizeBytes: 300,
    outputBytes: 300,
    widthPx: 100,
    heightPx: 100,
    workMs: 200,
  }))
  return {
    ...createScenario(1),
    peers: [
      { ...peer, name: 'p0', startAtMs: 0 },
      { ...peer, name: 'p1', startAtMs: 10 },
    ],
    jobs: [
      {
        name: 'j0',
        coordinator: 0,
        startAtMs: 1_000,
        kind: 'images',
        images,
        tilePx: 100,
        verify: 0,
        strategy: 'balanced',
        hedge: false,
        local: 'never',
        waitMs: 3_000,
        giveUpMs: 10_000,
        readerPauseMs: 0,
      },
    ],
    network: { latencyMs: 1, jitterMs: 0, loss: 0, doubled: 0, reordered: 0, gossipAgeMs: 0 },
    faults: [],
    ...change,
  }
}

const verdict = async (sabotage: (world: World) => void, change: Partial<Scenario> = {}): Promise<string> =>
  (await runScenario(calm(change), { sabotage })).violations.join('; ')

const OUTPUT = '/out/j0/j0/7.png'

/** Does something to a finished output. */
function outputFile(world: World, act: (file: { bytes: Buffer }, files: Map<string, { bytes: Buffer }>) => void): void {
  world.timeline.at(39_000, () => {
    const files = world.jobs[0]?.peer.disk.files
    const file = files?.get(OUTPUT)
    if (!files || !file) throw new Error(`${OUTPUT} is not there`)
    act(file, files)
  })
}

describe('its checkers', () => {
  it('have nothing to say of a calm world', async () => {
    expect(await verdict(() => {})).toBe('')
  })

  it('see an output with other content', async () => {
    expect(await verdict((world) => outputFile(world, (file) => file.bytes.fill(7, 0, 10)))).toContain(
      '/out/j0/j0/7.png of j0 has not the content that its image gives',
    )
  })

  it('see half an output', async () => {
    const halve = (file: { bytes: Buffer }): void => {
      file.bytes = file.bytes.subarray(0, 100)
    }
    expect(await verdict((world) => outputFile(world, halve))).toContain('has not the content that its image gives')
  })

  it('see an output that is gone', async () => {
    const remove = (_: unknown, files: Map<string, unknown>): void => void files.delete(OUTPUT)
    expect(await verdict((world) => outputFile(world, remove))).toContain(
      'j0/7.png is neither done nor listed as failed',
    )
  })

  it('see an image that was run twice without a reason', async () => {
    expect(await verdict((world) => world.executions.set('j0/3.png', new Map([['', 1]])))).toContain(
      'j0/3.png was run 2 times',
    )
  })

  it('see a peer that is called dead and could be reached', async () => {
    const sabotage = (world: World): void => {
      world.timeline.at(5_000, () => {
        for (const { life } of world.peers) {
          if (!life) continue
          life.host.publish = () => []
          const refuse = () => Promise.reject(new MurmurationError('ERR_DEADLINE', 'no'))
          life.host.dial = refuse
          for (const end of life.host.ends) end.ping = refuse
        }
      })
    }
    expect(await verdict(sabotage)).toContain('dead, which ran and could be reached')
  })

  it('see a timer that is left behind', async () => {
    const sabotage = (world: World): void => {
      world.timeline.at(5_000, () => void world.peers[1]?.life?.process.clock.setTimer(10_000_000, () => {}))
    }
    expect(await verdict(sabotage)).toContain('p1 left 1 timers behind')
  })

  it('see an exception that would end a peer', async () => {
    const sabotage = (world: World): void => {
      world.timeline.at(5_000, () => {
        world.peers[1]?.life?.process.enter(() => {
          throw new Error('oops')
        })
      })
    }
    expect(await verdict(sabotage)).toContain('p1 would have ended by an exception')
  })

  it('see a job that does not end', async () => {
    const peers = calm().peers.map((peer, index) => (index === 1 ? { ...peer, speed: 1e-9 } : peer))
    expect(await verdict(() => {}, { peers })).toContain('j0 did not end within')
  })
})
