/** A header process that a file can end as one crashes libvips (`poison` in its name), or make answer nonsense (`babble`). */

import { parseHeaderRequest } from '../../../src/cv/worker/header-messages.ts'

process.on('message', (message: unknown) => {
  const { path } = parseHeaderRequest(message)
  if (path.includes('poison')) process.kill(process.pid, 'SIGSEGV')
  if (path.includes('babble')) process.send?.({ id: 'none' })
})

await import('../../../src/cv/worker/header-process.ts')
