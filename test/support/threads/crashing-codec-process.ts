/**
 * A codec process that a file can end as one crashes libvips (`poison` in its name), or make answer nonsense (`babble`). What
 * only crashes when it is decoded, encoded or shown is called `poison-decode`, `poison-encode`, `poison-thumbnail`.
 */

import { parseCodecRequest } from '../../../src/cv/worker/codec-messages.ts'

process.on('message', (message: unknown) => {
  const { work } = parseCodecRequest(message)
  const path = work.kind === 'decode' ? work.source : work.kind === 'encode' ? work.tiff : work.path
  const poison = /poison(?:-(decode|encode|thumbnail))?/.exec(path)
  if (poison !== null && (poison[1] ?? work.kind) === work.kind) process.kill(process.pid, 'SIGSEGV')
  if (path.includes('babble')) process.send?.({ id: 'none' })
})

await import('../../../src/cv/worker/codec-process.ts')
