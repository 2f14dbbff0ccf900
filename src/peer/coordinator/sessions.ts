/**
 * Keeps the job's sessions in step with the cluster: opens a stream to every executor, again after a loss, and gives back
 * what was out when a stream closes or a lease ends. A closed stream costs its tasks at once, silence after LEASE_MS, or
 * later where this process starves (patience.ts).
 */

import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { LEASE_MS, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, SILENT_STREAM_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { ClusterPort } from '../ports.ts'
import type { CoordinatorChannel } from '../task-channel.ts'
import { type AnswerWorld, takeFrame, takePart } from './answers.ts'
import { endLease, endWithSetback } from './attempt-endings.ts'
import type { JobBoard } from './job-board.ts'
import type { Liars } from './liars.ts'
import type { LocalExecutor } from './ports.ts'
import { ExecutorSession } from './session.ts'
import { endStuck } from './stuck.ts'

const log = createLog('coordinator')

export interface Sessions {
  /** Takes over what membership says now and opens what is missing. */
  sync(): void
  /** Makes this peer's own executor one of the sessions. */
  addLocal(local: LocalExecutor, options?: { isJudge: boolean }): ExecutorSession
  /** Takes over how this peer's own executor is: nobody gossips that to it. */
  refreshLocal(): void
  /** Gives up the leases of executors that were silent for longer than `leaseMs`, or are stuck. */
  checkLeases(leaseMs: number): void
  /** This process was stopped itself: everybody's silence starts anew. */
  forgiveSilence(): void
  /** Cancels what is out and closes every stream. */
  close(): void
}

export interface SessionsWorld extends AnswerWorld {
  readonly liars: Liars
}

export function createSessions(board: JobBoard, cluster: ClusterPort, world: SessionsWorld): Sessions {
  let own: { readonly session: ExecutorSession; readonly local: LocalExecutor } | undefined

  function adopt(session: ExecutorSession, channel: CoordinatorChannel): void {
    session.channel = channel
    session.partSinceMs = undefined
    session.awaitFrom(world.now())
    channel.start({
      onFrame(frame) {
        try {
          takeFrame(board, session, frame, world)
        } catch (error) {
          channel.close(asMurmurationError(error))
          lose(session, asMurmurationError(error).message)
          board.strike(session.id, `it broke a rule of the protocol (${asMurmurationError(error).message})`)
        }
      },
      onPart: () => takePart(session, world),
      onClose: (error) => {
        if (session.channel === channel) lose(session, error?.message ?? 'it closed the stream')
      },
    })
  }

  function lose(session: ExecutorSession, why: string): void {
    if (!session.channel) return
    log('lost %s: %s', session.info.name, why)
    session.channel = undefined
    session.grant(0, 0)
    session.isSilent = false
    session.isStuck = false
    scheduleReopen(session)
    board.emptyLane(session)
    for (const attempt of [...session.attempts.values()]) {
      if (attempt.isGivenUp) session.forget(attempt)
      else endWithSetback(board, attempt, 'ERR_PEER_LOST', `the connection to ${session.info.name} was lost`)
    }
    world.changed()
  }

  function scheduleReopen(session: ExecutorSession): void {
    session.reopenBackoffMs = Math.min(Math.max(session.reopenBackoffMs * 2, RECONNECT_FIRST_MS), RECONNECT_MAX_MS)
    session.reopenAtMs = world.now() + session.reopenBackoffMs
  }

  async function open(session: ExecutorSession): Promise<void> {
    session.isOpening = true
    try {
      const channel = await cluster.open(session.id, { signal: world.signal })
      if (world.signal.aborted || session.isBanned) channel.close()
      else adopt(session, channel)
    } catch (error) {
      log('cannot open a stream to %s: %s', session.info.name, asMurmurationError(error).message)
      scheduleReopen(session)
    } finally {
      session.isOpening = false
      world.changed()
    }
  }

  return {
    sync() {
      const listed = cluster.executors()
      const ids = new Set(listed.map((info) => info.id))
      for (const info of listed) {
        const session = board.sessions.get(info.id) ?? new ExecutorSession(info)
        board.sessions.set(info.id, session)
        session.isListed = true
        session.isBanned = world.liars.has(info.id)
        if (session.info !== info) {
          session.info = info
          session.record.hearGossip(info)
        }
        // settles by itself: a failure is tried again later
        if (!session.channel && !session.isOpening && !session.isBanned && world.now() >= session.reopenAtMs)
          void open(session)
      }
      for (const session of board.sessions.values()) {
        if (session.isLocal || ids.has(session.id) || !session.isListed) continue
        session.isListed = false
        board.emptyLane(session)
      }
    },

    addLocal(local, { isJudge } = { isJudge: false }) {
      const session = new ExecutorSession(local.info, { isLocal: true })
      session.isJudge = isJudge
      board.sessions.set(session.id, session)
      adopt(session, local.attach())
      own = { session, local }
      return session
    },

    refreshLocal() {
      if (own) own.session.info = own.local.info
    },

    checkLeases(leaseMs) {
      const nowMs = world.now()
      for (const session of board.sessions.values()) {
        const isOut = session.attempts.size > 0
        if (isOut && !session.isSilent && nowMs - session.heardAtMs > leaseMs) {
          session.isSilent = true
          log('%s is silent for %i ms: its leases end', session.info.name, nowMs - session.heardAtMs)
          board.emptyLane(session)
        }
        if (session.isSilent && nowMs - session.heardAtMs > SILENT_STREAM_MS + leaseMs - LEASE_MS) {
          const error = new MurmurationError('ERR_DEADLINE', `nothing was heard for ${SILENT_STREAM_MS / 1000} s`)
          session.channel?.close(error)
          lose(session, error.message)
        }
        for (const attempt of [...session.attempts.values()]) {
          // a peer that speaks but no longer names a task has lost it
          if (attempt.isGivenUp || (!session.isSilent && nowMs - attempt.heardAtMs <= 2 * leaseMs)) continue
          endLease(board, attempt, `${session.info.name} was silent about it for ${Math.round(leaseMs / 1000)} s`)
        }
      }
      endStuck(board, nowMs)
    },

    forgiveSilence() {
      const nowMs = world.now()
      for (const session of board.sessions.values()) {
        session.awaitFrom(nowMs)
        for (const attempt of session.attempts.values()) attempt.heardAtMs = nowMs
      }
    },

    close() {
      for (const session of board.sessions.values()) {
        const { channel } = session
        session.channel = undefined
        if (!channel) continue
        for (const attempt of session.attempts.values()) channel.send({ kind: 'cancel', ...attempt.ref })
        channel.close()
      }
    },
  }
}
