import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { STRATEGY_NAMES } from '../../../src/peer/coordinator/strategies/index.ts'
import { FakeCluster, FakeExecutor, type FakeExecutorOptions } from '../../support/fake-cluster.ts'
import { finish, type HarnessOptions, startJob } from '../../support/job-harness.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

function world(...options: FakeExecutorOptions[]) {
  const clock = createVirtualClock()
  const cluster = new FakeCluster()
  const executors = options.map((one) => new FakeExecutor(clock, one))
  cluster.join(...executors)
  const start = (more: Omit<HarnessOptions, 'clock' | 'cluster'>) => startJob({ clock, cluster, ...more })
  const executor = (index: number): FakeExecutor => {
    const found = executors[index]
    if (!found) throw new Error(`there is no executor ${index}`)
    return found
  }
  return { clock, cluster, executor, executors, start }
}

describe('a job', () => {
  it.each(STRATEGY_NAMES)('runs every image exactly once under %s', async (strategy) => {
    const { clock, executors, start } = world({ name: 'a' }, { name: 'b', slots: 2 }, { name: 'c', serviceMs: 50 })
    const job = start({ images: 60, strategy })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', exitCode: 0, done: 60, failed: 0, retries: 0 })
    expect(job.saved.size).toBe(60)
    expect([...job.saved.values()].every((count) => count === 1)).toBe(true)
    expect(executors.reduce((sum, one) => sum + one.completed, 0)).toBe(60)
  })

  it('begins at once in a cluster that it has known for long, and else waits for the answers of others', async () => {
    const firstDoneMs = async (isOld: boolean): Promise<number> => {
      const { clock, cluster, start } = world({ name: 'a', serviceMs: 10 }, { name: 'b', serviceMs: 10 })
      cluster.isOld = isOld
      const job = start({ images: 4 })
      await finish(job, clock)
      return job.of('done')[0]?.atMs ?? Number.NaN
    }
    expect(await firstDoneMs(false)).toBeGreaterThanOrEqual(250)
    expect(await firstDoneMs(true)).toBeLessThan(100)
  })

  it('never sends beyond the credits', async () => {
    const { clock, executor, start } = world({ name: 'a', slots: 2, creditTasks: 3 })
    await finish(start({ images: 40, strategy: 'round-robin' }), clock)
    expect(executor(0).mostHeld).toBe(3)
  })

  it('keeps the summary and the events in agreement', async () => {
    const { clock, start } = world({ name: 'a', loadProbability: 0.5, script: everyThirdRefused }, { name: 'b' })
    const job = start({ images: 30, strategy: 'random' })
    const summary = await finish(job, clock)
    expect(job.of('done')).toHaveLength(30)
    expect(summary.retries).toBe(job.of('refused').length)
    expect(summary.peers.reduce((sum, peer) => sum + peer.done, 0)).toBe(30)
    expect(summary.refusals).toEqual({ REFUSED_LOAD: job.of('refused').length })
    expect(summary.bytesSent).toBe(3000)
  })

  it('counts animations in its summary, of which only the first frame is processed, and says so of the first', async () => {
    const { clock, start } = world({ name: 'a' })
    const still = start({ images: 10 })
    expect(await finish(still, clock)).toMatchObject({ done: 10, firstFrameOnly: 0 })
    expect([still.of('notice'), still.of('done').some((event) => 'frames' in event)]).toEqual([[], false])
    const several = start({ images: 10, frames: (index) => (index >= 4 ? 12 : 1) })
    expect(await finish(several, clock)).toMatchObject({ outcome: 'done', done: 10, firstFrameOnly: 6 })
    const moving = several.of('done').filter(({ frames }) => frames === 12)
    expect(moving).toHaveLength(6)
    expect(several.of('notice')).toEqual([
      { event: 'notice', message: `"${moving[0]?.path}" has 12 frames or pages: only the first is processed` },
    ])
  })

  it('does not count an animation that failed', async () => {
    const { clock, start } = world({ name: 'a' })
    const job = start({
      images: 3,
      frames: () => 2,
      save: ({ task }) => (task.source === '1' ? Promise.reject(new Error('no room')) : Promise.resolve()),
    })
    expect(await finish(job, clock)).toMatchObject({ done: 2, failed: 1, firstFrameOnly: 2 })
  })

  it('announces its progress and its end to the cluster', async () => {
    const { clock, cluster, start } = world({ name: 'a', serviceMs: 300 })
    await finish(start({ images: 10 }), clock)
    const last = cluster.announced.at(-1)
    expect(last).toMatchObject({ state: 'done', total: 10, done: 10, failed: 0 })
    expect(cluster.announced.length).toBeGreaterThan(2)
    expect(cluster.announced.length).toBeLessThan(12)
  })
})

let offersSeen = 0
const everyThirdRefused: FakeExecutorOptions['script'] = () =>
  offersSeen++ % 3 === 0 ? { do: 'refuse', reason: 'REFUSED_LOAD' } : { do: 'run' }

describe('refusals', () => {
  it('go to a peer that has not refused the task yet', async () => {
    const { clock, executor, start } = world(
      { name: 'a', script: () => ({ do: 'refuse', reason: 'REFUSED_LOAD' }) },
      { name: 'b' },
    )
    const job = start({ images: 20, strategy: 'round-robin' })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 20 })
    const offersOfA = executor(0).offers.map((offer) => offer.task)
    expect(new Set(offersOfA).size).toBe(offersOfA.length)
  })

  it('by everybody pause the task for 25 ms and then everybody is asked again', async () => {
    let refusals = 4
    const script: FakeExecutorOptions['script'] = () =>
      refusals-- > 0 ? { do: 'refuse', reason: 'REFUSED_LOAD' } : { do: 'run' }
    const { clock, start } = world({ name: 'a', script }, { name: 'b', script })
    const job = start({ images: 1 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', retries: 4 })
    const [first] = job.of('refused')
    const [accepted] = job.of('accepted')
    expect((accepted?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(50)
  })

  it('by everybody for ever end the job by the give-up clock, with who refused how often', async () => {
    const script: FakeExecutorOptions['script'] = () => ({ do: 'refuse', reason: 'REFUSED_LOAD' })
    const { clock, start } = world({ name: 'a', script }, { name: 'b', script })
    const summary = await finish(start({ images: 3, giveUpMs: 2_000 }), clock)
    expect(summary).toMatchObject({ outcome: 'gave-up', exitCode: 3, done: 0 })
    expect(summary.reason).toMatch(/nothing was accepted anywhere for 2 s; refusals by peer: a: \d+, b: \d+/)
    expect(summary.elapsedMs).toBeLessThan(3_000)
  })

  it('are not feared of an own executor that was paused only when the job began', async () => {
    const { clock, start } = world()
    const own = new FakeExecutor(clock, { name: 'own' })
    own.isPaused = true
    const job = start({ images: 3, local: 'always', localExecutor: own, giveUpMs: 10_000 })
    await clock.advance(2_000)
    expect(own.offers).toEqual([])
    own.isPaused = false
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 3 })
  })

  it('do not start the give-up clock while a task sleeps somewhere', async () => {
    const { clock, start } = world(
      { name: 'a', script: () => ({ do: 'run', delayMs: 10_000 }), creditTasks: 1 },
      { name: 'b', script: () => ({ do: 'refuse', reason: 'REFUSED_LOAD' }) },
    )
    const summary = await finish(start({ images: 2, giveUpMs: 3_000 }), clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 2 })
  })

  it('wait for a reader of the events that is behind, and that time does not count', async () => {
    let isBehind = false
    const script: FakeExecutorOptions['script'] = () => ({ do: 'refuse', reason: 'REFUSED_LOAD' })
    const { clock, executor, start } = world({ name: 'a', script })
    const job = start({ images: 2, giveUpMs: 5_000, isSaturated: () => isBehind })
    await clock.advance(1_000)
    isBehind = true
    await clock.advance(100)
    const asked = executor(0).offers.length
    await clock.advance(60_000)
    expect(executor(0).offers.length).toBe(asked)
    expect(job.isEnded()).toBe(false)
    isBehind = false
    expect(await finish(job, clock)).toMatchObject({ outcome: 'gave-up', code: 'ERR_GIVE_UP' })
  })

  it('end a job whose reader is always a little too slow', async () => {
    const script: FakeExecutorOptions['script'] = () => ({ do: 'refuse', reason: 'REFUSED_LOAD' })
    const { clock, start } = world({ name: 'a', script })
    // it takes an event each 1.2 s, and what is asked then fills the queue again
    const isSaturated = (): boolean => clock.now() % 1_200 >= 50
    const summary = await finish(start({ images: 2, giveUpMs: 5_000, isSaturated }), clock)
    expect(summary).toMatchObject({ outcome: 'gave-up', code: 'ERR_GIVE_UP' })
    expect(summary.elapsedMs).toBeLessThan(10_000)
  })

  it('do not count while nobody was there: the give-up clock starts with the first peer', async () => {
    const { clock, cluster, start } = world()
    let refusals = 20
    const script: FakeExecutorOptions['script'] = () =>
      refusals-- > 0 ? { do: 'refuse', reason: 'REFUSED_LOAD' } : { do: 'run' }
    const job = start({ images: 3, waitMs: 60_000, giveUpMs: 3_000 })
    await clock.advance(10_000)
    cluster.join(new FakeExecutor(clock, { name: 'late', script }))
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 3 })
  })

  it('BUSY backs the peer off, longer each time, until it accepts', async () => {
    let busy = 3
    const script: FakeExecutorOptions['script'] = () =>
      busy-- > 0 ? { do: 'refuse', reason: 'BUSY' } : { do: 'run', serviceMs: 1 }
    const { clock, start } = world({ name: 'a', script, creditTasks: 1 })
    const job = start({ images: 1 })
    await finish(job, clock)
    const times = [...job.of('refused'), ...job.of('accepted')].map((event) => event.atMs)
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(gaps).toEqual([25, 50, 100])
  })

  it('for good by everybody are that image’s failure at once', async () => {
    const script: FakeExecutorOptions['script'] = (offer) =>
      offer.task === 1 ? { do: 'refuse', reason: 'TOO_LARGE', isPermanent: true } : { do: 'run' }
    const { clock, start } = world({ name: 'a', script }, { name: 'b', script })
    const job = start({ images: 3 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'some-failed', exitCode: 1, done: 2 })
    expect(summary.failures).toEqual([
      { path: 'image-00001.png', code: 'ERR_TOO_LARGE', message: 'refused: TOO_LARGE' },
    ])
    // and nobody's failure: they refused
    expect(job.of('failed')).toEqual([expect.objectContaining({ peer: undefined })])
    expect(summary.peers.map(({ refused, failed }) => ({ refused, failed }))).toEqual([
      { refused: 1, failed: 0 },
      { refused: 1, failed: 0 },
    ])
  })
})

describe('setbacks', () => {
  it('an image that cannot be decoded fails once and stops nothing', async () => {
    const script: FakeExecutorOptions['script'] = (offer) =>
      offer.task === 2 ? { do: 'fail', code: 'ERR_NOT_AN_IMAGE' } : { do: 'run' }
    const { clock, executors, start } = world({ name: 'a', script }, { name: 'b', script })
    const summary = await finish(start({ images: 10 }), clock)
    expect(summary).toMatchObject({ exitCode: 1, done: 9, failed: 1 })
    expect(executors.flatMap((one) => one.offers).filter((offer) => offer.task === 2)).toHaveLength(1)
  })

  it('a worker crash is tried once more, on the other peer', async () => {
    const script: FakeExecutorOptions['script'] = (offer) =>
      offer.task === 0 ? { do: 'fail', code: 'ERR_WORKER_CRASHED' } : { do: 'run' }
    const { clock, executors, start } = world({ name: 'a', script }, { name: 'b', script })
    const summary = await finish(start({ images: 4 }), clock)
    expect(summary).toMatchObject({ done: 3, failed: 1 })
    const tries = executors.map((one) => one.offers.filter((offer) => offer.task === 0).length)
    expect(tries).toEqual([1, 1])
  })

  it('a result whose bytes changed on the way is asked for again', async () => {
    let garbled = 1
    const script: FakeExecutorOptions['script'] = () => (garbled-- > 0 ? { do: 'garble' } : { do: 'run' })
    const { clock, start } = world({ name: 'a', script })
    const job = start({ images: 3 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 3, retries: 1 })
    expect(job.of('retried')[0]).toMatchObject({ code: 'ERR_DIGEST' })
  })

  it('a killed peer loses nothing', async () => {
    const { clock, cluster, executor, start } = world(
      { name: 'a', slots: 2, serviceMs: 100 },
      { name: 'b', serviceMs: 100 },
    )
    const job = start({ images: 30, strategy: 'least-connections' })
    await clock.advanceUntil(() => job.of('done').length >= 5, 60_000)
    cluster.leave(executor(0))
    executor(0).die()
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 30 })
    expect(job.of('lost').length).toBeGreaterThan(0)
    expect([...job.saved.values()].every((count) => count === 1)).toBe(true)
  })

  it('a peer that hangs loses its tasks after 3 s of silence, and its late result is welcome', async () => {
    const { clock, executor, start } = world({ name: 'a', serviceMs: 100 }, { name: 'b', serviceMs: 100 })
    const job = start({ images: 10 })
    await clock.advanceUntil(() => job.of('accepted').some((event) => event.peer.name === 'a'), 60_000)
    executor(0).stop()
    await clock.advanceUntil(() => job.of('lost').length > 0, 10_000)
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 10 })
    expect(summary.elapsedMs).toBeLessThan(6_000)
    expect([...job.saved.values()].every((count) => count === 1)).toBe(true)
  })

  it('a peer that hangs on a long task does not end the job: the give-up clock starts when its lease ends', async () => {
    let isFree = false
    const { clock, executor, start } = world(
      { name: 'a', serviceMs: 30_000 },
      { name: 'b', script: () => (isFree ? { do: 'run' } : { do: 'refuse', reason: 'REFUSED_LOAD' }) },
    )
    const job = start({ images: 1, giveUpMs: 5_000 })
    await clock.advance(20_000)
    executor(0).stop()
    await clock.advance(5_000)
    expect(job.of('lost')).toHaveLength(1)
    isFree = true
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 1 })
  })

  it('a peer whose result takes longer than a lease to arrive keeps its tasks while parts of it come', async () => {
    const { clock, executor, start } = world({ name: 'a', serviceMs: 1_000, slots: 2 }, { name: 'b', serviceMs: 1_000 })
    const job = start({ images: 2, strategy: 'round-robin' })
    await clock.advance(500)
    executor(0).stop()
    for (let second = 0; second < 8; second++) {
      executor(0).sendPart()
      await clock.advance(1_000)
    }
    executor(0).continue()
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 2, retries: 0 })
  })

  it('a peer that drips loses its tasks: a chunk may take ten seconds, not longer', async () => {
    const { clock, executor, start } = world({ name: 'a', serviceMs: 1_000 }, { name: 'b', serviceMs: 1_000 })
    const job = start({ images: 2, strategy: 'round-robin' })
    await clock.advance(500)
    executor(0).stop()
    for (let second = 0; second < 20; second++) {
      executor(0).sendPart()
      await clock.advance(1_000)
    }
    expect(job.of('lost')).toHaveLength(1)
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 2 })
  })

  it('a late result that is the first ends the task', async () => {
    const { clock, executor, start } = world({ name: 'a', serviceMs: 100 })
    const job = start({ images: 1 })
    await clock.advanceUntil(() => job.of('accepted').length === 1, 60_000)
    executor(0).stop()
    await clock.advanceUntil(() => job.of('lost').length === 1, 10_000)
    executor(0).continue()
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 1 })
    expect(executor(0).offers).toHaveLength(1)
  })

  it('a coordinator that was stopped itself accuses nobody', async () => {
    const { clock, start } = world({ name: 'a', serviceMs: 500 }, { name: 'b', serviceMs: 500 })
    const job = start({ images: 6 })
    await clock.advanceUntil(() => job.of('accepted').length >= 2, 60_000)
    await clock.jump(20_000)
    await finish(job, clock)
    expect(job.of('lost')).toHaveLength(0)
  })

  it('a task that loses five peers is that image’s failure', async () => {
    const script: FakeExecutorOptions['script'] = (offer) => (offer.task === 0 ? { do: 'die' } : { do: 'run' })
    const { clock, start } = world({ name: 'a', script }, { name: 'b', script })
    const job = start({ images: 5 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'some-failed', done: 4, failed: 1 })
    expect(summary.failures[0]).toMatchObject({ code: 'ERR_PEER_LOST' })
    // each attempt stands in one column only
    const sum = (column: 'failed' | 'lost'): number => summary.peers.reduce((total, peer) => total + peer[column], 0)
    expect({ failed: sum('failed'), lost: sum('lost') }).toEqual({ failed: 0, lost: job.of('lost').length })
  })

  it('a peer that forgets a task it accepted loses it to another', async () => {
    let forgotten = 1
    const script: FakeExecutorOptions['script'] = () =>
      forgotten-- > 0 ? { do: 'accept-and-forget' } : { do: 'run', serviceMs: 2_000 }
    const { clock, start } = world({ name: 'a', script }, { name: 'b', script })
    const job = start({ images: 12 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 12 })
    expect(job.of('lost')).toHaveLength(1)
  })

  it('a peer that answers twice counts once', async () => {
    const { clock, start } = world({ name: 'a', script: () => ({ do: 'answer-twice' }) })
    const job = start({ images: 10 })
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 10 })
    expect([...job.saved.values()].every((count) => count === 1)).toBe(true)
  })
})

describe('who does the work', () => {
  it('nobody there and no own executor: ends after --wait with exit code 3', async () => {
    const { clock, start } = world()
    const summary = await finish(start({ images: 2, waitMs: 3_000 }), clock)
    expect(summary).toMatchObject({ outcome: 'gave-up', exitCode: 3 })
    expect(summary.reason).toBe('no peer to run tasks was found within 3 s')
    expect(summary.elapsedMs).toBeLessThan(3_300)
  })

  it('nobody there: its own executor after --wait, and peers that join later', async () => {
    const { clock, cluster, start } = world()
    const own = new FakeExecutor(clock, { name: 'own', serviceMs: 100 })
    const job = start({ images: 40, local: 'auto', localExecutor: own })
    await clock.advanceUntil(() => job.of('done').length >= 3, 60_000)
    expect(job.of('notice')[0]?.message).toContain('this peer does the work itself')
    const late = new FakeExecutor(clock, { name: 'late', slots: 4, serviceMs: 100 })
    cluster.join(late)
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 40 })
    expect(late.completed).toBeGreaterThan(10)
  })

  it('all peers gone half-way is as if none had been there at the start', async () => {
    const { clock, cluster, executor, start } = world({ name: 'a', serviceMs: 100 })
    const job = start({ images: 10, local: 'never', waitMs: 2_000 })
    await clock.advanceUntil(() => job.of('done').length >= 2, 60_000)
    cluster.leave(executor(0))
    executor(0).die()
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'gave-up', exitCode: 3 })
    expect(summary.done).toBeGreaterThanOrEqual(2)
  })

  it('a paused peer gets nothing, and what waited in its lane is chosen anew', async () => {
    const { clock, cluster, executor, start } = world({ name: 'a', serviceMs: 50 }, { name: 'b', serviceMs: 50 })
    const job = start({ images: 30, strategy: 'round-robin' })
    await clock.advanceUntil(() => job.of('done').length >= 4, 60_000)
    cluster.update(executor(0), { isPaused: true })
    await clock.advance(200)
    const offered = executor(0).offers.length
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 30 })
    expect(executor(0).offers.length).toBe(offered)
  })

  it('that ends while it waits for the answers of further peers leaves no timer behind', async () => {
    const { clock, cluster } = world({ name: 'a' })
    const pending = new Set<() => void>()
    const setTimer: typeof clock.setTimer = (delayMs, callback) => {
      const timer = clock.setTimer(delayMs, () => {
        pending.delete(callback)
        callback()
      })
      pending.add(callback)
      return {
        cancel() {
          pending.delete(callback)
          timer.cancel()
        },
      }
    }
    const interrupt = new AbortController()
    const job = startJob({ clock: { ...clock, setTimer }, cluster, images: 5, signal: interrupt.signal })
    await clock.advance(50)
    expect(pending.size).toBeGreaterThan(1)
    interrupt.abort()
    await finish(job, clock)
    expect(pending.size).toBe(0)
  })

  it('an interrupt cancels what is out and says so', async () => {
    const { clock, start } = world({ name: 'a', serviceMs: 100 })
    const interrupt = new AbortController()
    const job = start({ images: 50, signal: interrupt.signal })
    await clock.advanceUntil(() => job.of('done').length >= 3, 60_000)
    interrupt.abort()
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'interrupted', exitCode: 130 })
    expect(summary.done).toBeGreaterThanOrEqual(3)
    expect(summary.done).toBeLessThan(50)
  })
})

describe('balanced', () => {
  it('lets a slow peer hoard nothing', async () => {
    const { clock, executor, start } = world({ name: 'slow', serviceMs: 1_000 }, { name: 'fast', serviceMs: 10 })
    const summary = await finish(start({ images: 100 }), clock)
    expect(executor(1).completed).toBeGreaterThan(90)
    expect(summary.elapsedMs).toBeLessThan(3_500)
  })

  it('keeps peers that accept busy, however often the others refuse', async () => {
    const never: FakeExecutorOptions['script'] = () => ({ do: 'refuse', reason: 'REFUSED_LOAD' })
    const refusers = ['a', 'b'].map((name) => ({ name, script: never, loadProbability: 1 }))
    const { clock, start } = world(...refusers, { name: 'c', serviceMs: 5 }, { name: 'd', serviceMs: 5 })
    const summary = await finish(start({ images: 200 }), clock)
    // 200 tasks of 5 ms on two peers take 500 ms, after the time to settle
    expect(summary.elapsedMs).toBeLessThan(900)
  })

  it('asks a free peer again instead of waiting for one that sleeps', async () => {
    const asked = new Set<number>()
    const picky: FakeExecutorOptions['script'] = ({ task }) => {
      if (asked.has(task)) return { do: 'run', serviceMs: 5 }
      asked.add(task)
      return { do: 'refuse', reason: 'REFUSED_LOAD' }
    }
    const { clock, executor, start } = world({ name: 'sleeper', serviceMs: 3_000 }, { name: 'picky', script: picky })
    await finish(start({ images: 30 }), clock)
    expect(executor(1).completed).toBeGreaterThanOrEqual(26)
  })

  it('re-runs the slowest task on an idle peer at the end; the first result wins', async () => {
    const stuck: FakeExecutorOptions['script'] = ({ task, attempt }) => ({
      do: 'run',
      serviceMs: task === 0 && attempt === 0 ? 20_000 : 10,
    })
    const { clock, start } = world({ name: 'a', script: stuck }, { name: 'b', script: stuck })
    const job = start({ images: 20, hedge: true })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 20 })
    expect(summary.hedges).toBe(1)
    expect(summary.elapsedMs).toBeLessThan(5_000)
    expect([...job.saved.values()].every((count) => count === 1)).toBe(true)
  })

  it('is much faster than random where two peers always sleep', async () => {
    const elapsed = async (strategy: 'random' | 'balanced'): Promise<number> => {
      const sleepy: FakeExecutorOptions['script'] = (offer) =>
        offer.mode === 'execute' ? { do: 'refuse', reason: 'REFUSED_LOAD' } : { do: 'run', delayMs: 3_000 }
      const { clock, start } = world(
        { name: 'a', script: sleepy, loadProbability: 1 },
        { name: 'b', script: sleepy, loadProbability: 1 },
        { name: 'c' },
        { name: 'd' },
      )
      return (await finish(start({ images: 40, strategy }), clock)).elapsedMs
    }
    expect((await elapsed('random')) / (await elapsed('balanced'))).toBeGreaterThan(8)
  })
})

describe('saving', () => {
  it('an output that cannot be written is that image’s failure', async () => {
    const { clock, start } = world({ name: 'a' })
    const summary = await finish(
      start({
        images: 5,
        save: async ({ task }) => {
          if (task.id === 3) throw new MurmurationError('ERR_WRITE', 'no')
        },
      }),
      clock,
    )
    expect(summary).toMatchObject({ outcome: 'some-failed', done: 4, failed: 1, exitCode: 1 })
  })

  it('a full disk ends the streams at once, though peers are still at work', async () => {
    const { clock, executors, start } = world({ name: 'a', serviceMs: 20 }, { name: 'b', serviceMs: 100_000 })
    const save = async (): Promise<void> => {
      throw new MurmurationError('ERR_OUTPUT', 'the disk is full')
    }
    const summary = await finish(start({ images: 3, strategy: 'round-robin', save }), clock)
    expect(summary).toMatchObject({ outcome: 'stopped', code: 'ERR_OUTPUT' })
    await clock.advance(0)
    expect(executors.map((one) => one.isConnected)).toEqual([false, false])
  })

  it('a full disk stops the job with what was done so far', async () => {
    const { clock, start } = world({ name: 'a' })
    const summary = await finish(
      start({
        images: 50,
        save: async ({ task }) => {
          if (task.id === 10) throw new MurmurationError('ERR_OUTPUT', 'the disk is full')
        },
      }),
      clock,
    )
    expect(summary).toMatchObject({ outcome: 'stopped', reason: 'the disk is full' })
    expect(summary.exitCode).not.toBe(0)
  })
})
