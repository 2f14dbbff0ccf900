/**
 * The process in which a peer that isolates lets image files be read and written: libvips works on libuv's threads, so this one
 * hears at once when the peer is gone. It says nothing when it dies; the peer sees that.
 */

import { asMurmurationError } from '../../base/errors.ts'
import { decodeToRawFile, encodeFromRawFile, readFileHeader, readFileMetadata } from '../codec/huge-file.ts'
import { makeThumbnail } from '../codec/thumbnail.ts'
import { type CodecAnswer, type CodecWork, parseCodecRequest } from './codec-messages.ts'
import { liveWithPeer } from './living-with-peer.ts'

liveWithPeer()

async function run(work: CodecWork): Promise<unknown> {
  switch (work.kind) {
    case 'header':
      return await readFileHeader(work.path)
    case 'metadata':
      return await readFileMetadata(work.path, work.format)
    case 'decode':
      // what it makes follows from the header
      await decodeToRawFile(work.source, work.path, work.header, work.timeoutMs)
      return undefined
    case 'encode':
      return await encodeFromRawFile(work.tiff, work.target, work.shape, work.options)
    case 'thumbnail':
      return await makeThumbnail(work.path, work.limits)
  }
}

const tell = (answer: CodecAnswer): void => void process.send?.(answer)

process.on('message', (message: unknown) => {
  const { id, work } = parseCodecRequest(message)
  run(work).then(
    (value) => tell({ id, value }),
    (error: unknown) => {
      const { code, message: sentence } = asMurmurationError(error)
      tell({ id, error: { code, message: sentence } })
    },
  )
})
