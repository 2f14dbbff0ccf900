/** Makes and reads EXIF by hand, so that what a test says of it does not pass through the code that it tests. */

export interface ExifFields {
  readonly byteOrder?: 'II' | 'MM'
  readonly orientation?: number
  readonly copyright?: string
  readonly colorSpace?: number
  /** Degrees north; whole ones. */
  readonly latitude?: number
  /** A thumbnail (a second directory), by its bytes. */
  readonly thumbnail?: Uint8Array
}

type Entry = readonly [tag: number, type: number, count: number, value: number | Buffer]

/** EXIF without the prefix that JPEG puts before it. */
export function makeExif({ byteOrder = 'II', ...fields }: ExifFields): Buffer {
  const isLittle = byteOrder === 'II'
  const write = (bytes: Buffer, at: number, sizeBytes: number, value: number): number =>
    isLittle ? bytes.writeUIntLE(value, at, sizeBytes) : bytes.writeUIntBE(value, at, sizeBytes)
  const numbers = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4)
    for (const [index, value] of values.entries()) write(bytes, index * 4, 4, value)
    return bytes
  }
  const directory = (at: number, entries: readonly Entry[], next = 0): Buffer => {
    const head = Buffer.alloc(2 + entries.length * 12 + 4)
    const outside: Buffer[] = []
    let outsideAt = at + head.length
    write(head, 0, 2, entries.length)
    for (const [index, [tag, type, count, value]] of entries.entries()) {
      const to = 2 + index * 12
      write(head, to, 2, tag)
      write(head, to + 2, 2, type)
      write(head, to + 4, 4, count)
      if (typeof value === 'number') write(head, to + 8, type === 3 ? 2 : 4, value)
      else if (value.length <= 4) value.copy(head, to + 8)
      else {
        write(head, to + 8, 4, outsideAt)
        const even = Buffer.concat([value, Buffer.alloc(value.length % 2)])
        outside.push(even)
        outsideAt += even.length
      }
    }
    write(head, head.length - 4, 4, next)
    return Buffer.concat([head, ...outside])
  }
  const parts: Buffer[] = []
  let at = 8
  const place = (make: (at: number) => Buffer): number => {
    const placedAt = at
    const bytes = make(placedAt)
    parts.push(bytes)
    at += bytes.length
    return placedAt
  }
  const { orientation, copyright, colorSpace, latitude, thumbnail } = fields
  const image: Entry[] = []
  if (orientation !== undefined) image.push([0x0112, 3, 1, orientation])
  if (copyright !== undefined) image.push([0x8298, 2, copyright.length + 1, Buffer.from(`${copyright}\0`)])
  if (colorSpace !== undefined)
    image.push([0x8769, 4, 1, place((from) => directory(from, [[0xa001, 3, 1, colorSpace]]))])
  if (latitude !== undefined) {
    const gps: Entry[] = [
      [1, 2, 2, Buffer.from('N\0')],
      [2, 5, 3, numbers(latitude, 1, 0, 1, 0, 1)],
    ]
    image.push([0x8825, 4, 1, place((from) => directory(from, gps))])
  }
  let next = 0
  if (thumbnail !== undefined) {
    const bytesAt = place(() => Buffer.concat([thumbnail, Buffer.alloc(thumbnail.length % 2)]))
    const second: Entry[] = [
      [0x0103, 3, 1, 6],
      [0x0201, 4, 1, bytesAt],
      [0x0202, 4, 1, thumbnail.length],
    ]
    next = place((from) => directory(from, second))
  }
  const imageAt = place((from) => directory(from, image, next))
  const start = Buffer.from([...(isLittle ? [0x49, 0x49, 42, 0] : [0x4d, 0x4d, 0, 42]), 0, 0, 0, 0])
  write(start, 4, 4, imageAt)
  return Buffer.concat([start, ...parts])
}

/** What is told of the fields above; `isThumbnailThere` by the second directory. */
export function readExif(exif: Uint8Array): Omit<ExifFields, 'thumbnail'> & { readonly isThumbnailThere: boolean } {
  const all = Buffer.from(exif)
  const bytes = all.subarray(0, 4).toString('latin1') === 'Exif' ? all.subarray(6) : all
  const isLittle = bytes[0] === 0x49
  const number = (at: number, sizeBytes: number): number =>
    isLittle ? bytes.readUIntLE(at, sizeBytes) : bytes.readUIntBE(at, sizeBytes)
  const entries = (at: number): Map<number, number> =>
    new Map(Array.from({ length: number(at, 2) }, (_, index) => [number(at + 2 + index * 12, 2), at + 2 + index * 12]))
  const imageAt = number(4, 4)
  const image = entries(imageAt)
  const below = (tag: number): Map<number, number> => {
    const entry = image.get(tag)
    return entry === undefined ? new Map() : entries(number(entry + 8, 4))
  }
  const short = (entry: number | undefined): number | undefined => entry && number(entry + 8, 2)
  const copyrightAt = image.get(0x8298)
  const latitudeAt = below(0x8825).get(2)
  const orientation = short(image.get(0x0112))
  const colorSpace = short(below(0x8769).get(0xa001))
  const text = (entry: number): string => {
    const length = number(entry + 4, 4)
    const at = length > 4 ? number(entry + 8, 4) : entry + 8
    return bytes.subarray(at, at + length - 1).toString()
  }
  return {
    byteOrder: isLittle ? 'II' : 'MM',
    isThumbnailThere: number(imageAt + 2 + number(imageAt, 2) * 12, 4) !== 0,
    ...(orientation === undefined ? {} : { orientation }),
    ...(colorSpace === undefined ? {} : { colorSpace }),
    ...(copyrightAt === undefined ? {} : { copyright: text(copyrightAt) }),
    ...(latitudeAt === undefined ? {} : { latitude: number(number(latitudeAt + 8, 4), 4) }),
  }
}
