/** `peer join`: takes the line of `peer invite` from standard input, where no process list and no history shows it. */

import { MAX_INVITATION_BYTES } from '../../base/limits.ts'
import { parseInvitation } from '../../peer/identity/invitation.ts'
import { joinCluster } from '../../peer/identity/join-cluster.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { commandText } from '../command-text.ts'
import { untilInterrupted, watchInterrupts } from '../interruption.ts'
import { dataPlaces } from '../peer-options.ts'
import type { TextInput } from '../world.ts'

export async function runJoin(context: CommandContext, values: CommandValues<'join'>): Promise<number> {
  const { output, world } = context
  if (world.stdin.isTTY === true) output.notice('Paste the line of peer invite, then Enter.')
  const interruption = watchInterrupts(world)
  try {
    const invitation = parseInvitation(await readAtMost(world.stdin, MAX_INVITATION_BYTES, interruption.signal))
    const { directory, keyFile } = dataPlaces(context)
    const result = await joinCluster(invitation, { dataDir: directory.root, keyFile, replace: values.replace })
    await output.json({
      joined: result.key,
      keyFile: result.keyFile,
      fingerprint: result.fingerprint,
      addresses: result.addresses,
    })
    const what = {
      written: 'joined cluster',
      replaced: 'left the other cluster and joined cluster',
      renewed: 'got the new key of this cluster,',
      same: 'already a member of cluster',
    }[result.key]
    output.result(`${what} ${result.fingerprint} (key in ${escapeControls(result.keyFile)})`)
    output.progress(
      result.key === 'renewed'
        ? 'Peers that run here with this key file take it over by themselves, within seconds.'
        : `Its peers are dialled from the next ${commandText(context, 'start')} on (addresses: ${result.addresses.length}).`,
    )
    return 0
  } finally {
    interruption.release()
  }
}

/** All of the input, or its first line from a terminal; `max + 1` characters at most, which is enough to be refused. */
async function readAtMost(input: TextInput, max: number, signal: AbortSignal): Promise<string> {
  const reading = (async () => {
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of input) {
      text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      if (text.length > max || (input.isTTY === true && text.includes('\n'))) break
    }
    return text.slice(0, max + 1)
  })()
  const interrupted = untilInterrupted(signal).then(() => Promise.reject(signal.reason))
  return await Promise.race([reading, interrupted])
}
