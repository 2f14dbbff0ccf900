/**
 * A codec process that a file can end as one crashes libvips (`poison` in its name), or make answer nonsense and the truth right
 * behind it (`babble`). What only crashes when it is decoded, encoded or shown is called `poison-decode`, `poison-encode`,
 * `poison-thumbnail`.
 */

import { type CodecAnswer, parseCodecRequest } from '../../../src/cv/worker/codec-messages.ts'

const babbling = new Set<number>()
const send = process.send?.bind(process)
process.send = (answer: CodecAnswer): boolean => {
  if (babbling.has(answer.id)) send?.({ id: 'none' })
  return send?.(answer) ?? false
}

process.on('message', (message: unknown) => {
  const { id, work } = parseCodecRequest(message)
  const path = work.kind === 'decode' ? work.source : work.kind === 'encode' ? work.tiff : work.path
  const poison = /poison(?:-(decode|encode|thumbnail))?/.exec(path)
  if (poison !== null && (poison[1] ?? work.kind) === work.kind) process.kill(process.pid, 'SIGSEGV')
  if (path.includes('babble')) babbling.add(id)
})

await import('../../../src/cv/worker/codec-process.ts')
