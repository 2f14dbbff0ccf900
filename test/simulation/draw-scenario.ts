/**
 * What a seed means. Swarm testing (Groce et al., 2012): each seed turns on a random part of the features, because a world in which
 * everything fails at once never gets as far as most mistakes.
 */

import { createRandom, type Random, randomIndex } from '../../src/base/random.ts'
import { STRATEGY_NAMES } from '../../src/peer/coordinator/strategies/index.ts'
import type { ImageKind, ImagePlan, JobKind } from './images.ts'
import type { NetworkTraits } from './network.ts'
import type { Fault, JobPlan, PeerPlan, Scenario, TimedFault } from './scenario.ts'

const CALM_AT_MS = 40_000

export function createScenario(seed: number): Scenario {
  const draw = new Draw(createRandom(`scenario/${seed}`))
  const isOn = swarm(draw)
  const peerCount = draw.between(2, 6)
  const jobCount = isOn('several jobs') ? draw.between(2, 3) : 1
  const peers = Array.from({ length: peerCount }, (_, index) => peerPlan(draw, isOn, index))
  const jobs = Array.from({ length: jobCount }, (_, index) => jobPlan(draw, isOn, index, peerCount))
  const network: NetworkTraits = {
    latencyMs: draw.oneOf([0.1, 1, 10, 60]),
    jitterMs: isOn('jitter') ? draw.oneOf([1, 20, 150]) : 0,
    loss: isOn('loss') ? draw.oneOf([0.05, 0.3, 0.6]) : 0,
    doubled: isOn('doubling') ? 0.2 : 0,
    reordered: isOn('reordering') ? 0.2 : 0,
    gossipAgeMs: 0,
  }
  const faults = faultPlan(draw, isOn, peerCount, jobCount).sort((a, b) => a.atMs - b.atMs)
  return { seed, peers, jobs, network, faults, calmAtMs: CALM_AT_MS }
}

const FEATURES = [
  'several jobs',
  'jitter',
  'loss',
  'doubling',
  'reordering',
  'late peers',
  'unequal peers',
  'observers',
  'load',
  'bad images',
  'large bodies',
  'tiles',
  'data',
  'verified',
  'slow network',
  'liars',
  'slow readers',
  'crash',
  'stop',
  'partition',
  'cut',
  'slow',
  'pause',
  'leave',
  'changing load',
  'slow disk',
  'failing disk',
  'full disk',
  'interrupt',
  'twice',
] as const
type Feature = (typeof FEATURES)[number]
type IsOn = (feature: Feature) => boolean

/** How much of everything is on differs from seed to seed too. */
function swarm(draw: Draw): IsOn {
  const share = draw.oneOf([0.08, 0.2, 0.4])
  const on = new Set(FEATURES.filter(() => draw.isDrawn(share)))
  return (feature) => on.has(feature)
}

function peerPlan(draw: Draw, isOn: IsOn, index: number): PeerPlan {
  const isFirst = index === 0
  const role = !isFirst && isOn('observers') && draw.isDrawn(0.4) ? 'observer' : 'executor'
  return {
    name: `${role === 'executor' ? 'p' : 'o'}${index}`,
    role,
    startAtMs: !isFirst && isOn('late peers') && draw.isDrawn(0.5) ? draw.between(500, 15_000) : draw.between(0, 300),
    slots: draw.between(1, 4),
    speed: isOn('unequal peers') ? draw.oneOf([0.1, 0.5, 1, 3]) : 1,
    load: isOn('load') ? draw.oneOf([0, 0.2, 0.5, 0.9]) : 0,
    delayMs: draw.oneOf([300, 3_000]),
    bytesPerMs: isOn('slow network') ? draw.oneOf([50, 500]) : 50_000,
    character:
      !isFirst && isOn('liars')
        ? draw.oneOf(['honest', 'honest', 'liar', 'liar', 'forger', 'rude', 'garbler', 'holder'])
        : 'honest',
    lies: draw.oneOf([1, 0.3]),
    hidesLies: draw.isDrawn(0.3),
  }
}

function jobPlan(draw: Draw, isOn: IsOn, index: number, peerCount: number): JobPlan {
  const kind = jobKind(draw, isOn)
  const tilePx = draw.oneOf([64, 100, 150])
  const strategy = draw.isDrawn(0.5) ? 'balanced' : draw.oneOf(STRATEGY_NAMES)
  const count = draw.between(1, draw.oneOf(kind === 'tiles' ? [3, 8, 20] : [5, 30, 30, 80]))
  const workMs = draw.oneOf([5, 60, 400])
  const local = draw.oneOf(['auto', 'auto', 'auto', 'always', 'never'] as const)
  const image = (number: number): ImagePlan => {
    const plan = imagePlan(draw, isOn, `j${index}/${number}.png`, workMs)
    return kind === 'tiles' ? forTiles(draw, plan, tilePx) : plan
  }
  return {
    name: `j${index}`,
    coordinator: randomIndex(draw.random, peerCount),
    startAtMs: draw.between(0, 8_000),
    kind,
    images: Array.from({ length: count }, (_, number) => image(number)),
    tilePx,
    verify: isOn('verified') || (isOn('liars') && draw.isDrawn(0.5)) ? draw.oneOf([0.1, 0.4, 1, 1]) : 0,
    strategy,
    hedge: strategy === 'balanced' && draw.isDrawn(0.7),
    local,
    // opening a stream over a slow network takes longer than the shortest
    waitMs: draw.oneOf(local === 'never' ? [3_000, 20_000] : [300, 3_000, 20_000]),
    giveUpMs: draw.oneOf([10_000, 60_000]),
    readerPauseMs: isOn('slow readers') ? draw.oneOf([1, 50, 300]) : 0,
  }
}

function jobKind(draw: Draw, isOn: IsOn): JobKind {
  if (isOn('tiles') && draw.isDrawn(0.7)) return 'tiles'
  return isOn('data') && draw.isDrawn(0.7) ? 'data' : 'images'
}

function imagePlan(draw: Draw, isOn: IsOn, path: string, usualMs: number): ImagePlan {
  const kind: ImageKind =
    isOn('bad images') && draw.isDrawn(0.15)
      ? draw.oneOf(['empty', 'text', 'missing', 'poison', 'broken', 'huge'])
      : 'good'
  const isLarge = isOn('large bodies') && draw.isDrawn(0.1)
  const workMs = Math.round(usualMs * (0.5 + 1.5 * draw.random.next()))
  return {
    path,
    kind,
    sizeBytes: isLarge ? draw.between(70_000, 600_000) : draw.between(150, 2_000),
    outputBytes: isLarge ? draw.between(200, 600_000) : draw.between(150, 2_000),
    widthPx: kind === 'huge' ? 20_000 : draw.between(10, 2_000),
    heightPx: kind === 'huge' ? 20_000 : draw.between(10, 1_000),
    workMs,
  }
}

/** Large in such a job means some tiles, not thousands: no image is larger than peers take. */
function forTiles(draw: Draw, plan: ImagePlan, tilePx: number): ImagePlan {
  const mostPx = draw.isDrawn(0.3) ? 3 * tilePx : tilePx
  const kind = plan.kind === 'huge' ? 'broken' : plan.kind
  return { ...plan, kind, widthPx: draw.between(10, mostPx), heightPx: draw.between(10, mostPx) }
}

function faultPlan(draw: Draw, isOn: IsOn, peerCount: number, jobCount: number): TimedFault[] {
  const faults: TimedFault[] = []
  const add = (feature: Feature, most: number, make: () => Fault): void => {
    if (!isOn(feature)) return
    const count = draw.between(1, most)
    for (let index = 0; index < count; index++) faults.push({ ...make(), atMs: draw.between(500, CALM_AT_MS / 2) })
  }
  const peer = (): number => randomIndex(draw.random, peerCount)
  const shortMs = (): number => draw.oneOf([200, 1_500, 4_000, 9_000, 18_000])
  add('crash', 3, () => ({
    kind: 'crash',
    peer: peer(),
    isPowerLoss: draw.isDrawn(0.3),
    downMs: draw.oneOf([300, 5_000, Number.POSITIVE_INFINITY]),
  }))
  add('stop', 3, () => ({ kind: 'stop', peer: peer(), forMs: shortMs() }))
  add('partition', 2, () => ({
    kind: 'partition',
    side: Array.from({ length: draw.between(1, Math.max(1, peerCount - 1)) }, peer),
    forMs: shortMs(),
  }))
  add('cut', 6, () => ({ kind: 'cut', peer: peer(), lateMs: draw.oneOf([0, 0, 5_000]) }))
  add('slow', 2, () => ({ kind: 'slow', peer: peer(), factor: draw.oneOf([5, 50]), forMs: shortMs() }))
  add('pause', 2, () => ({ kind: 'pause', peer: peer(), forMs: shortMs() }))
  add('leave', 2, () => ({ kind: 'leave', peer: peer(), awayMs: draw.oneOf([1_000, 8_000]) }))
  add('changing load', 3, () => ({ kind: 'load', peer: peer(), probability: draw.oneOf([0, 0.5, 1]) }))
  add('slow disk', 2, () => ({
    kind: 'slow-disk',
    peer: peer(),
    latencyMs: draw.oneOf([20, 300, 2_000]),
    forMs: shortMs(),
  }))
  add('failing disk', 1, () => ({
    kind: 'failing-disk',
    peer: peer(),
    share: draw.oneOf([0.05, 0.5]),
    forMs: shortMs(),
  }))
  add('full disk', 1, () => ({ kind: 'full-disk', peer: peer(), leftBytes: draw.between(0, 20_000), forMs: shortMs() }))
  add('interrupt', 2, () => ({ kind: 'interrupt', job: randomIndex(draw.random, jobCount) }))
  add('twice', 2, () => ({ kind: 'twice', job: randomIndex(draw.random, jobCount) }))
  return faults
}

class Draw {
  readonly random: Random

  constructor(random: Random) {
    this.random = random
  }

  /** Whole numbers, both ends included. */
  between(least: number, most: number): number {
    return least + randomIndex(this.random, most - least + 1)
  }

  isDrawn(share: number): boolean {
    return this.random.next() < share
  }

  oneOf<T>(choices: readonly T[]): T {
    const chosen = choices[randomIndex(this.random, choices.length)]
    if (chosen === undefined) throw new Error('there is nothing to choose from')
    return chosen
  }
}
