/** Each checker of the simulation sees what it is there for: a calm world, with one thing broken on purpose. */

import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../src/base/errors.ts'
import { atFile, calm, verdict } from './calm-scenario.ts'
import type { World } from './world.ts'

const OUTPUT = '/out/j0/j0/7.png'

describe('the checkers of a simulated world', () => {
  it('have nothing to say of a calm world', async () => {
    expect(await verdict(() => {})).toBe('')
  })

  it('see an output with other content', async () => {
    expect(await verdict((world) => atFile(world, OUTPUT, (file) => file.bytes.fill(7, 0, 10)))).toContain(
      '/out/j0/j0/7.png of j0 has not the content that its image gives',
    )
  })

  it('see half an output', async () => {
    const halve = (file: { bytes: Buffer }): void => {
      file.bytes = file.bytes.subarray(0, 100)
    }
    expect(await verdict((world) => atFile(world, OUTPUT, halve))).toContain('has not the content that its image gives')
  })

  it('see an output that is gone', async () => {
    const remove = (world: World): void => {
      world.timeline.at(39_000, () => void world.jobs[0]?.peer.disk.files.delete(OUTPUT))
    }
    expect(await verdict(remove)).toContain('j0/7.png is neither done nor listed as failed')
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
