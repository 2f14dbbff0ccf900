/**
 * `peer key`: which cluster key is in use, and changing it. The key itself is never printed: `peer invite` is the way to hand
 * it on, and the only one; a new key does not travel over the cluster, where whoever has the old one could listen.
 */

import { MurmurationError } from '../../base/errors.ts'
import { DEFAULT_KEY_OVERLAP_MS } from '../../base/limits.ts'
import { keyFingerprint } from '../../peer/identity/cluster-key.ts'
import { acceptedKeys, type ClusterKeys } from '../../peer/identity/key-content.ts'
import { isoMinute, retirePreviousKey, rotateClusterKey } from '../../peer/identity/rotate-key.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { commandText } from '../command-text.ts'
import { dataPlaces, usedKeys } from '../peer-options.ts'

type KeyValues = CommandValues<'key'>

export async function runKey(context: CommandContext, values: KeyValues): Promise<number> {
  checkFlags(values)
  const { output, world } = context
  const { keyFile } = dataPlaces(context)
  const before = await usedKeys(context)
  const keys = await changed(context, values, before)
  const fingerprint = keyFingerprint(keys.current)
  const previous = acceptedPrevious(keys, world.clock.wallTime())
  await output.json({
    keyFile,
    fingerprint,
    previous: previous
      ? { fingerprint: keyFingerprint(previous.key), acceptedUntil: iso(previous.acceptedUntil) }
      : null,
  })
  output.result(`${fingerprint}  ${escapeControls(keyFile)}`)
  if (previous) {
    output.result(
      `${keyFingerprint(previous.key)}  the key before, accepted until ${isoMinute(previous.acceptedUntil)}`,
    )
  }
  tellWhatToDo(context, values, keys)
  return 0
}

function checkFlags(values: KeyValues): void {
  if (values.for === undefined || (values.rotate && !values.now)) return
  const sentence = values.now
    ? '--for says how long the key before is accepted, and --now that it is not: only one can be given'
    : '--for belongs to --rotate'
  throw new MurmurationError('ERR_USAGE', sentence)
}

async function changed(context: CommandContext, values: KeyValues, before: ClusterKeys): Promise<ClusterKeys> {
  const { keyFile } = dataPlaces(context)
  const overlapMs = values.now ? 0 : (values.for ?? DEFAULT_KEY_OVERLAP_MS)
  if (values.rotate) return await rotateClusterKey(keyFile, overlapMs, context.world.clock.wallTime())
  return values.now ? await retirePreviousKey(keyFile) : before
}

function acceptedPrevious(keys: ClusterKeys, wallTime: number): ClusterKeys['previous'] {
  return acceptedKeys(keys, wallTime).length > 1 ? keys.previous : undefined
}

function tellWhatToDo(context: CommandContext, { rotate, now }: KeyValues, keys: ClusterKeys): void {
  const { output } = context
  if (!rotate && !now) return
  output.progress('Peers that run here with this key file take it over by themselves, within seconds.')
  if (now) output.progress('They close what was opened with the key before, and refuse it from then on.')
  if (rotate || (now && keys.replaced.length > 0)) {
    output.progress(
      `Bring it to every other machine: ${commandText(context, 'invite')} here, peer join there. Until then they know nothing of it.`,
    )
  }
}

const iso = (wallTime: number): string => new Date(wallTime).toISOString()
