/** Processes a folder from a program: `node examples/library.ts [FOLDER] [OUT]`. */

import { startPeer } from 'murmuration'

const [folder = 'data/images', out = 'data/output_dir/library'] = process.argv.slice(2)

// an observer: it hands in work and runs none, unless nobody else is there
const peer = await startPeer({ executor: false })
try {
  for await (const event of peer.submit(folder, { strategy: 'balanced', pipeline: 'grayscale', out })) {
    if (event.event === 'done')
      console.log(`${event.path} by ${event.peer.name} in ${event.stages.totalMs.toFixed(0)} ms`)
    if (event.event === 'failed') console.error(`${event.path}: ${event.message}`)
    if (event.event === 'summary') console.log(`${event.done} of ${event.images} images, exit code ${event.exitCode}`)
  }
} finally {
  await peer.stop()
}
