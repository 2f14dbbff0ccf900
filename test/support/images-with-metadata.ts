/** Images whose EXIF, XMP and IPTC are put in by hand, byte by byte as a test wants them. */

import { crc32 } from 'node:zlib'
import type { Pixels } from '../../src/cv/pixels.ts'
import { sharpOf } from './sample-images.ts'

export interface Parts {
  readonly exif?: Uint8Array
  readonly xmp?: Uint8Array
  readonly iptc?: Uint8Array
}

export const XMP_TEXT =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6" tiff:Make="Grüße"/></rdf:RDF></x:xmpmeta>'

/** One IPTC record: the headline. */
export const iptcRecord = (headline: string): Buffer =>
  Buffer.concat([Buffer.from([0x1c, 2, 105, 0, headline.length]), Buffer.from(headline)])

const segment = (marker: number, body: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

/** Photoshop's resources, of which the second holds the records. */
export function photoshopResources(records: Uint8Array): Buffer {
  const resource = (id: number, name: string, data: Uint8Array): Buffer => {
    const head = Buffer.from([...Buffer.from('8BIM'), id >> 8, id & 255, name.length, ...Buffer.from(name)])
    const size = Buffer.alloc(4)
    size.writeUInt32BE(data.length)
    const even = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)])
    return Buffer.concat([even(head), size, even(Buffer.from(data))])
  }
  return Buffer.concat([
    Buffer.from('Photoshop 3.0\0'),
    resource(0x03ed, 'ab', Buffer.from([1, 2, 3])),
    resource(0x0404, '', records),
  ])
}

export async function jpegWith(pixels: Pixels, { exif, xmp, iptc }: Parts): Promise<Buffer> {
  const plain = await sharpOf(pixels)
    .toColourspace(pixels.channels === 1 ? 'b-w' : 'srgb')
    .jpeg({ quality: 100 })
    .toBuffer()
  return Buffer.concat([
    plain.subarray(0, 2),
    ...(exif ? [segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exif]))] : []),
    ...(xmp ? [segment(0xe1, Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0'), xmp]))] : []),
    ...(iptc ? [segment(0xed, photoshopResources(iptc))] : []),
    plain.subarray(2),
  ])
}

export async function pngWith(pixels: Pixels, { exif, xmp }: Parts): Promise<Buffer> {
  const plain = await sharpOf(pixels).png().toBuffer()
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data])
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    size.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([size, body, sum])
  }
  const afterHeader = 33
  return Buffer.concat([
    plain.subarray(0, afterHeader),
    ...(exif ? [chunk('eXIf', Buffer.from(exif))] : []),
    ...(xmp ? [chunk('iTXt', Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\0\0\0\0'), xmp]))] : []),
    plain.subarray(afterHeader),
  ])
}
