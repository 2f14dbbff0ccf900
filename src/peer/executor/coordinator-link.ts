/** One coordinator's stream at this executor, with its deadlines: for bodies that come, for results that leave, for silence. */

import type { Clock } from '../../base/clock.ts'
import { createLazyAlarm, type LazyAlarm } from '../../base/lazy-alarm.ts'
import { RESULT_STALL_MS, TASK_STREAM_IDLE_MS } from '../../base/limits.ts'
import type { ExecutorChannel } from '../task-channel.ts'
import { type CoordinatorLink, createUsage } from './attempt.ts'
import { firstGivenUpAtMs } from './body-deadlines.ts'
import type { AttachedCoordinator } from './contract.ts'
import { createStrayBodies } from './stray-bodies.ts'
import { createTurnaround } from './turnaround.ts'

export interface LinkDeadlines {
  onBodiesOverdue(link: CoordinatorLink): void
  onResultsStalled(link: CoordinatorLink): void
  onIdle(link: CoordinatorLink): void
}

export function createLink(
  clock: Clock,
  channel: ExecutorChannel,
  from: AttachedCoordinator,
  deadlines: LinkDeadlines,
): CoordinatorLink {
  const bodyAlarm: LazyAlarm = createLazyAlarm(
    clock,
    () => firstGivenUpAtMs(link.receiving, link.lastChunkAtMs),
    () => deadlines.onBodiesOverdue(link),
  )
  const resultAlarm: LazyAlarm = createLazyAlarm(
    clock,
    () => (link.usage.sending > 0 ? link.lastSentAtMs + RESULT_STALL_MS : undefined),
    () => deadlines.onResultsStalled(link),
  )
  const idleAlarm: LazyAlarm = createLazyAlarm(
    clock,
    () => (link.isOwn ? undefined : (idleSinceMs(link) ?? clock.now()) + TASK_STREAM_IDLE_MS),
    () => deadlines.onIdle(link),
  )
  const link: CoordinatorLink = {
    peer: from.peer,
    isOwn: from.isOwn === true,
    channel,
    rttMs: () => from.rttMs(),
    held: new Map(),
    receiving: new Set(),
    strays: createStrayBodies(),
    turnaround: createTurnaround(),
    usage: createUsage(),
    bodyAlarm,
    resultAlarm,
    idleAlarm,
    lastActiveAtMs: clock.now(),
    lastChunkAtMs: Number.NEGATIVE_INFINITY,
    lastSentAtMs: Number.NEGATIVE_INFINITY,
    credit: undefined,
    serviceMs: undefined,
    isClosed: false,
  }
  idleAlarm.arm()
  return link
}

/** Since when this coordinator has had nothing here and said nothing; undefined while it has something. */
export const idleSinceMs = ({ held, lastActiveAtMs }: CoordinatorLink): number | undefined =>
  held.size > 0 ? undefined : lastActiveAtMs
