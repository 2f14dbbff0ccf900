/** Worlds in which nothing goes wrong by itself: what the checkers are checked in, by breaking something on purpose. */

import { createScenario } from './draw-scenario.ts'
import type { ImagePlan } from './images.ts'
import { runScenario } from './run-seed.ts'
import type { JobPlan, PeerPlan, Scenario } from './scenario.ts'
import type { World } from './world.ts'

const PEER: Omit<PeerPlan, 'name' | 'startAtMs'> = {
  role: 'executor',
  slots: 2,
  speed: 1,
  load: 0,
  delayMs: 300,
  bytesPerMs: 1_000,
  character: 'honest',
  lies: 0,
  hidesLies: false,
}

export const calmImage = (number: number, change: Partial<ImagePlan> = {}): ImagePlan => ({
  path: `j0/${number}.png`,
  kind: 'good',
  sizeBytes: 300,
  outputBytes: 300,
  widthPx: 100,
  heightPx: 100,
  workMs: 200,
  ...change,
})

/** 20 small images by the first peer, done by others. */
export const calmJob = (change: Partial<JobPlan> = {}): JobPlan => ({
  name: 'j0',
  coordinator: 0,
  startAtMs: 1_000,
  kind: 'images',
  images: Array.from({ length: 20 }, (_, number) => calmImage(number)),
  tilePx: 100,
  verify: 0,
  strategy: 'balanced',
  hedge: false,
  local: 'never',
  waitMs: 3_000,
  giveUpMs: 10_000,
  readerPauseMs: 0,
  ...change,
})

/** So many honest peers that start one after the other, but for what is changed of some. */
export const calmPeers = (count: number, changes: Readonly<Record<number, Partial<PeerPlan>>> = {}): PeerPlan[] =>
  Array.from({ length: count }, (_, index) => ({
    ...PEER,
    name: `p${index}`,
    startAtMs: 10 * index,
    ...changes[index],
  }))

/** Two honest peers, one job of the first, nothing wrong. */
export const calm = (change: Partial<Scenario> = {}): Scenario => ({
  ...createScenario(1),
  peers: calmPeers(2),
  jobs: [calmJob()],
  network: { latencyMs: 1, jitterMs: 0, loss: 0, doubled: 0, reordered: 0, gossipAgeMs: 0 },
  faults: [],
  ...change,
})

/** What the checkers say of a calm world that was broken. */
export const verdict = async (sabotage: (world: World) => void, change: Partial<Scenario> = {}): Promise<string> =>
  (await runScenario(calm(change), { sabotage })).violations.join('; ')

/** Does something to a finished file before the end of the world. */
export function atFile(world: World, path: string, act: (file: { bytes: Buffer }) => void): void {
  world.timeline.at(39_000, () => {
    const file = world.jobs[0]?.peer.disk.files.get(path)
    if (!file) throw new Error(`${path} is not there`)
    act(file)
  })
}
