/**
 * The cluster keys of a running peer: what its key file says, also after `peer key --rotate` or `peer join` changed it. The
 * system tells of changes in the file's folder; where it does not (network shares), the file is read every KEY_POLL_MS. The
 * same look ends an overlap whose time is over. A file that cannot be used changes nothing but is told once: a running peer
 * keeps the keys that it has.
 */

import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Clock, Timer } from '../../base/clock.ts'
import { asMurmurationError } from '../../base/errors.ts'
import { KEY_POLL_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import { type ClusterKey, isSameKey, keyFingerprint } from './cluster-key.ts'
import { acceptedKeys, type ClusterKeys, formatKeys } from './key-content.ts'
import { loadKeys } from './key-file.ts'
import { isoMinute } from './rotate-key.ts'

const log = createLog('key')

export interface Keyring {
  /** Keys that prove membership at this moment, the one to prove it with first. Never empty. */
  accepted(): readonly ClusterKey[]
  /** Calls `listener` when other keys are accepted than before. */
  onChange(listener: () => void): void
  start(): void
  stop(): void
}

export interface KeyringOptions {
  readonly file: string
  readonly keys: ClusterKeys
  readonly clock: Clock
  /** One sentence for a person. */
  onNotice(sentence: string): void
}

export function createKeyring({ file, keys: initial, clock, onNotice }: KeyringOptions): Keyring {
  const listeners = new Set<() => void>()
  let keys = initial
  let told = acceptedKeys(keys, clock.wallTime())
  let problem: string | undefined
  let watcher: FSWatcher | undefined
  let timer: Timer | undefined
  let isRunning = false
  let isLooking = false
  let isChanged = false

  async function look(): Promise<void> {
    isChanged = true
    if (isLooking) return
    isLooking = true
    while (isChanged && isRunning) {
      isChanged = false
      await read()
    }
    isLooking = false
    if (!isRunning) return
    timer?.cancel()
    timer = clock.setTimer(KEY_POLL_MS, () => void look())
  }

  async function read(): Promise<void> {
    try {
      const found = await loadKeys(file)
      if (!isRunning) return
      if (!found) tellProblem(`the cluster key file ${file} is gone: this peer goes on with the key that it has`)
      else {
        problem = undefined
        if (formatKeys(found) !== formatKeys(keys)) take(found)
      }
    } catch (error) {
      tellProblem(`${asMurmurationError(error).message}; this peer goes on with the key that it has`)
    }
    tellAccepted()
  }

  function take(found: ClusterKeys): void {
    const isOther = !isSameKey(found.current, keys.current)
    keys = found
    const until = found.previous && acceptedKeys(found, clock.wallTime()).length > 1 && found.previous.acceptedUntil
    const before = until ? `the one before is accepted until ${isoMinute(until)}` : 'no other is accepted'
    const what = isOther ? 'the cluster key was changed and is now' : 'the cluster key is still'
    onNotice(`${what} ${keyFingerprint(found.current)}; ${before}`)
  }

  function tellAccepted(): void {
    const now = acceptedKeys(keys, clock.wallTime())
    const isSame =
      now.length === told.length && now.every((key, index) => isSameKey(key, told[index] ?? new Uint8Array(0)))
    if (isSame) return
    told = now
    log('accepted keys: %s', now.map(keyFingerprint).join(', '))
    for (const listener of [...listeners]) listener()
  }

  function tellProblem(sentence: string): void {
    if (sentence === problem) return
    problem = sentence
    onNotice(sentence)
  }

  function startWatching(): void {
    try {
      // The folder, not the file: a rename gives the name to another file.
      watcher = watch(dirname(file), { persistent: false }, (_, name) => {
        if (name === null || name === basename(file)) void look()
      })
      watcher.on('error', stopWatching)
    } catch (error) {
      log('changes of %s are only polled - %e', file, error)
    }
  }

  function stopWatching(): void {
    watcher?.close()
    watcher = undefined
  }

  return {
    accepted: () => acceptedKeys(keys, clock.wallTime()),
    onChange: (listener) => void listeners.add(listener),
    start() {
      isRunning = true
      startWatching()
      void look()
    },
    stop() {
      isRunning = false
      stopWatching()
      timer?.cancel()
      listeners.clear()
    },
  }
}
