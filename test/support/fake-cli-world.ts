/** A command line whose streams, signals and peer are in the test's hands. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import type { CliWorld, TextOutput } from '../../src/cli/world.ts'
import type { PeerOptions } from '../../src/peer/peer.ts'
import { createFakePeer, type FakePeer } from './fake-peer.ts'

export interface FakeCliWorld {
  readonly world: CliWorld
  readonly peer: FakePeer
  /** What `startPeer` was asked for, in order. */
  readonly startedWith: PeerOptions[]
  readonly exitedNow: number[]
  /** Files that were to be shown by a viewer. */
  readonly opened: string[]
  stdout(): string
  stderr(): string
  /** Standard output as JSON, one value a line. */
  jsonLines(): unknown[]
  /** As Ctrl-C does. */
  interrupt(): void
  run(...argv: string[]): Promise<number>
}

export function createFakeCliWorld(overrides: Partial<CliWorld> = {}, peer: FakePeer = createFakePeer()): FakeCliWorld {
  const workingDir = mkdtempSync(join(tmpdir(), 'murmuration-cli-'))
  onTestFinished(() => rmSync(workingDir, { recursive: true, force: true }))
  let out = ''
  let err = ''
  const startedWith: PeerOptions[] = []
  const exitedNow: number[] = []
  const opened: string[] = []
  const listeners = new Set<() => void>()
  const stream = (add: (text: string) => void): TextOutput => ({
    write: (text) => {
      add(text)
      return true
    },
    once: () => undefined,
  })
  const world: CliWorld = {
    stdout: stream((text) => {
      out += text
    }),
    stderr: stream((text) => {
      err += text
    }),
    terminal: undefined,
    stdin: (async function* () {})(),
    keyboard: undefined,
    env: {},
    workingDir,
    clock: systemClock,
    startPeer: async (options) => {
      startedWith.push(options)
      return peer
    },
    examine: async () => [],
    spawnPeer: () => {
      throw new Error('this test spawns no peer')
    },
    openViewer: async (path) => void opened.push(path),
    onInterrupt: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onCrash: () => () => undefined,
    holdStderr: () => () => undefined,
    exitNow: (exitCode) => exitedNow.push(exitCode),
    ...overrides,
  }
  return {
    world,
    peer,
    startedWith,
    exitedNow,
    opened,
    stdout: () => out,
    stderr: () => err,
    jsonLines: () =>
      out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    interrupt: () => {
      for (const listener of [...listeners]) listener()
    },
    // a data folder of its own: no test may touch the user's key
    run: (...argv) => runCli([...argv, '--data-dir', join(workingDir, 'data-dir')], world),
  }
}
