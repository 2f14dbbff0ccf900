import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { createFakeCliWorld } from '../support/fake-cli-world.ts'
import { peerSnapshot } from '../support/sample-events.ts'

describe('peer top off a terminal', () => {
  it('prints the status once and stays until it is interrupted, as an observer', async () => {
    const cli = createFakeCliWorld()
    cli.peer.showPeers([peerSnapshot({ name: 'ann' })])
    const run = cli.run('top', '--wait', '0')
    await eventually(() => cli.stdout().includes('ann'))
    expect(cli.startedWith).toMatchObject([{ executor: false }])
    expect(cli.stdout()).not.toContain('\x1b')
    cli.interrupt()
    expect(await run).toBe(0)
    expect(cli.peer.stops.length).toBe(1)
  })

  it('prints the status as one JSON line with --json', async () => {
    const cli = createFakeCliWorld()
    cli.peer.showPeers([peerSnapshot({ name: 'ann' })])
    const run = cli.run('top', '--json', '--wait', '0')
    await eventually(() => cli.stdout().includes('\n'))
    cli.interrupt()
    expect(await run).toBe(0)
    expect(cli.jsonLines()).toMatchObject([{ peers: [{ name: 'ann' }] }])
  })
})
