/** Takes the decoders of this process into use, as every worker does, and tells how often it blocked one of them meanwhile. */

import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type sharpModule from 'sharp'
import { loadSharp } from '../../../src/cv/codec/sharp.ts'

const sharp: typeof sharpModule = createRequire(import.meta.url)('sharp')
const { block } = sharp
let blocked = 0
sharp.block = (options) => {
  blocked++
  block(options)
}
loadSharp()
parentPort?.postMessage(blocked)
