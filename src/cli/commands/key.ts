/** `peer key`: which cluster key is in use. The key itself is never printed: `peer invite` is the way to hand it on. */

import { keyFingerprint } from '../../peer/identity/cluster-key.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import type { CommandValues } from '../command-table.ts'
import { dataPlaces, usedKey } from '../peer-options.ts'
import type { CommandContext } from '../run-cli.ts'

export async function runKey(context: CommandContext, _values: CommandValues<'key'>): Promise<number> {
  const { keyFile } = dataPlaces(context)
  const fingerprint = keyFingerprint(await usedKey(context))
  await context.output.json({ keyFile, fingerprint })
  context.output.result(`${fingerprint}  ${escapeControls(keyFile)}`)
  return 0
}
