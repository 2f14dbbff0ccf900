import { expect, it } from 'vitest'
import { type JobId, jobId, peerId } from '../../src/base/ids.ts'
import { createClusterWatch } from '../../src/peer/cluster-watch.ts'
import type { IdentityConflict } from '../../src/peer/membership/identity-conflicts.ts'
import type { DialProblem } from '../../src/peer/node/cluster-node.ts'
import { createPeerLog } from '../../src/peer/peer-log.ts'
import type { JobSnapshot, PeerSnapshot } from '../../src/peer/snapshot.ts'
import { jobSnapshot, peerSnapshot } from '../support/sample-events.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const SELF = peerId('id-self')

function setUp() {
  const shown = {
    peers: [] as PeerSnapshot[],
    jobs: [] as JobSnapshot[],
    running: new Set<JobId>(),
    problems: [] as DialProblem[],
    conflicts: [] as IdentityConflict[],
  }
  const log = createPeerLog(createVirtualClock())
  let foreignEnds = 0
  let presence = 0
  let seen: readonly PeerSnapshot[] | undefined
  const watch = createClusterWatch({
    node: {
      id: SELF,
      peers: () => shown.peers,
      presence() {
        if (shown.peers !== seen) presence += 1
        seen = shown.peers
        return presence
      },
      jobs: () => shown.jobs,
      wasRunning: (job) => shown.running.has(job),
      identityConflicts: () => shown.conflicts,
      dialProblems: () => shown.problems,
    },
    log,
    onForeignJobEnded: () => {
      foreignEnds++
    },
  })
  const lines = () => log.lines().map(({ level, message }) => `${level}: ${message}`)
  return { shown, watch, lines, foreignEnds: () => foreignEnds }
}

it('tells once that two processes use one identity', () => {
  const { shown, watch, lines } = setUp()
  const places = [['/ip4/10.0.0.2/tcp/4601'], ['/ip4/10.0.0.3/tcp/4601']] as const
  shown.conflicts = [{ peer: peerId('id-ann'), name: 'ann', places }]
  watch.look()
  watch.look()
  expect(lines()).toEqual([
    'warning: two processes use the identity of ann (id-ann) at the same time: one at /ip4/10.0.0.2/tcp/4601, one at /ip4/10.0.0.3/tcp/4601',
  ])
})

it('tells who came, left and was lost, once each, and nothing of a short silence', () => {
  const { shown, watch, lines } = setUp()
  shown.peers = [peerSnapshot({ name: 'ann', slots: 1 }), peerSnapshot({ name: 'bob', role: 'observer' })]
  watch.look()
  watch.look()
  shown.peers = [peerSnapshot({ name: 'ann', state: 'suspect' }), peerSnapshot({ name: 'bob', state: 'left' })]
  watch.look()
  shown.peers = [peerSnapshot({ name: 'ann', state: 'dead', lastSeenMsAgo: 21_400 })]
  watch.look()
  watch.look()
  expect(lines()).toEqual([
    'info: joined ann (executor, 1 slot, load 0.3)',
    'info: joined bob (observer)',
    'info: left bob',
    'warning: lost ann: nothing heard for 21 s',
  ])
})

it('tells how the jobs of others ended that ran while it was here; own ones are told by who ran them', () => {
  const { shown, watch, lines, foreignEnds } = setUp()
  const own = jobSnapshot({ id: jobId('a'.repeat(32)), coordinator: SELF, done: 7, total: 9 })
  const foreign = jobSnapshot({ id: jobId('b'.repeat(32)), coordinatorName: 'bob', done: 4, total: 5, failed: 1 })
  const before = jobSnapshot({ id: jobId('c'.repeat(32)), state: 'done' })
  shown.jobs = [own, foreign, before]
  shown.running = new Set([own.id, foreign.id])
  watch.look()
  expect([lines(), foreignEnds()]).toEqual([[], 1])
  shown.jobs = [{ ...own, state: 'stopped' }, { ...foreign, state: 'done' }, before]
  watch.look()
  watch.look()
  expect(lines()).toEqual(['warning: job bbbbbbbb of bob is done: 4 of 5 images, 1 failed'])
  expect(foreignEnds()).toBe(2)
})

it('tells of a job that began and ended between two looks', () => {
  const { shown, watch, lines } = setUp()
  watch.look()
  const short = jobSnapshot({ state: 'done', coordinatorName: 'bob', done: 3, total: 3 })
  shown.jobs = [short]
  shown.running = new Set([short.id])
  watch.look()
  watch.look()
  expect(lines()).toEqual([expect.stringContaining('of bob is done: 3 of 3 images')])
})

it('tells an address that cannot be dialled once, until it fails in another way', () => {
  const { shown, watch, lines } = setUp()
  const problem = (message: string): DialProblem => ({
    address: '/ip4/10.0.0.1/tcp/1',
    code: 'ERR_UNREACHABLE',
    message,
  })
  shown.problems = [problem('nobody there')]
  watch.look()
  watch.look()
  shown.problems = [problem('another key')]
  watch.look()
  expect(lines()).toEqual(['warning: nobody there', 'warning: another key'])
})
