/**
 * Mats as kernels see them: addresses in OpenCV's heap, read from cv::Mat's header instead of through embind, which says
 * neither where a Mat's samples lie nor whether it is part of a larger one. The header's layout is checked against
 * embind's answers when an instance is made; where it is another, no kernel is installed.
 *
 * An address holds until the next allocation: memory that grows moves nothing, but `create` may replace a Mat's samples.
 * Views of the memory are made for each use, because growing detaches them.
 */

import type { CvLibrary } from '../opencv.ts'
import type { WasmMemory } from '../web-assembly.ts'

/** Samples of a Mat without gaps that is not part of another. */
export interface HeapImage {
  readonly address: number
  readonly widthPx: number
  readonly heightPx: number
  readonly channels: number
  /** OpenCV's number of depth and channels. */
  readonly type: number
  /** Address behind the last sample. */
  readonly end: number
}

type ImageSize = Pick<HeapImage, 'widthPx' | 'heightPx'>

/** As OpenCV numbers them. */
export const DEPTH = { u8: 0, u16: 2, s16: 3, s32: 4, f32: 5, f64: 6 } as const

/** Bytes of a sample of each such depth. */
const SAMPLE_BYTES: ReadonlyMap<number, number> = new Map([
  [DEPTH.u8, 1],
  [DEPTH.u16, 2],
  [DEPTH.s16, 2],
  [DEPTH.s32, 4],
  [DEPTH.f32, 4],
  [DEPTH.f64, 8],
])

/** int32 fields of cv::Mat (OpenCV 5, wasm32). */
const FIELD = { flags: 0, dims: 1, rows: 2, columns: 3, data: 5, count: 6 } as const

export const REGISTER_BYTES = 16

const MAGIC = 0x42ff0000
const CONTINUOUS = 1 << 14
const PART = 1 << 15
const TYPE = 0xfff
const CHANNEL_SHIFT = 5
const DEPTH_MASK = (1 << CHANNEL_SHIFT) - 1

export const typeOf = (depth: number, channels: number): number => depth | ((channels - 1) << CHANNEL_SHIFT)

export const depthOf = ({ type }: HeapImage): number => type & DEPTH_MASK

type AnyMat = InstanceType<CvLibrary['Mat']>

/** Where embind keeps the address of the C++ object; undefined for what is no live object of it. */
function headerAddress(mat: unknown): number | undefined {
  if (typeof mat !== 'object' || mat === null) return undefined
  const handle: unknown = Reflect.get(mat, '$$')
  const address: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'ptr') : undefined
  return typeof address === 'number' && address > 0 ? address : undefined
}

export class HeapImages {
  readonly #cv: CvLibrary
  readonly #memory: WasmMemory

  constructor(cv: CvLibrary, memory: WasmMemory) {
    this.#cv = cv
    this.#memory = memory
  }

  /** The header is laid out as this file believes. */
  isUnderstood(): boolean {
    const { cv } = this
    const whole = new cv.Mat(3, 2, cv.CV_8UC3)
    const part = whole.rowRange(1, 2)
    const real = new cv.Mat(2, 2, cv.CV_16SC1)
    try {
      const image = this.image(whole)
      const other = this.image(real)
      return (
        image?.address === whole.data.byteOffset &&
        image.widthPx === 2 &&
        image.heightPx === 3 &&
        image.type === cv.CV_8UC3 &&
        image.end - image.address === 18 &&
        other !== undefined &&
        other.type === cv.CV_16SC1 &&
        other.end - other.address === 8 &&
        this.image(part) === undefined
      )
    } finally {
      for (const mat of [part, whole, real]) mat.delete()
    }
  }

  get cv(): CvLibrary {
    return this.#cv
  }

  /** Undefined for what a kernel cannot take: empty, part of another Mat, with gaps, of another depth, or no Mat. */
  image(mat: unknown): HeapImage | undefined {
    const header = headerAddress(mat)
    if (header === undefined) return undefined
    const fields = new Int32Array(this.#memory.buffer, header, FIELD.count)
    const flags = fields[FIELD.flags] ?? 0
    const isPlain = (flags & ~0xffff) === MAGIC && (flags & (CONTINUOUS | PART)) === CONTINUOUS
    const heightPx = fields[FIELD.rows] ?? 0
    const widthPx = fields[FIELD.columns] ?? 0
    if (!isPlain || fields[FIELD.dims] !== 2 || widthPx <= 0 || heightPx <= 0) return undefined
    const type = flags & TYPE
    const channels = (type >> CHANNEL_SHIFT) + 1
    const sampleBytes = SAMPLE_BYTES.get(type & DEPTH_MASK)
    if (sampleBytes === undefined) return undefined
    const address = fields[FIELD.data] ?? 0
    return { address, widthPx, heightPx, channels, type, end: address + widthPx * heightPx * channels * sampleBytes }
  }

  /** The same, of 8-bit samples in rows of at least one SIMD register: kernels have no code for less. */
  bytes(mat: unknown): HeapImage | undefined {
    const image = this.image(mat)
    if (image === undefined || depthOf(image) !== DEPTH.u8) return undefined
    return image.widthPx * image.channels >= REGISTER_BYTES ? image : undefined
  }

  /**
   * Makes `mat` an image of a type and size, as OpenCV would. Undefined where the result has gaps, is a
   * part or shares samples with a source. Nothing is lost by that: the original's `create` finds it made.
   */
  result(mat: unknown, type: number, size: ImageSize, ...sources: readonly unknown[]): HeapImage | undefined {
    if (headerAddress(mat) === undefined) return undefined
    // creating would free the samples of a source that is the result
    if (sources.some((source) => headerAddress(source) === headerAddress(mat))) return undefined
    ;(mat as AnyMat).create(size.heightPx, size.widthPx, type)
    const image = this.image(mat)
    if (image === undefined) return undefined
    const overlaps = (source: HeapImage): boolean => image.address < source.end && source.address < image.end
    return sources.flatMap((source) => this.image(source) ?? []).some(overlaps) ? undefined : image
  }

  /** Runs a kernel with scratch of its own, aligned to 16 bytes; false where there is no memory for it or `run` says so. */
  withScratch(bytes: number, run: (address: number) => unknown): boolean {
    const block = this.#cv._malloc(bytes + 16)
    if (block === 0) return false
    try {
      return run((block + 15) & ~15) !== false
    } finally {
      this.#cv._free(block)
    }
  }

  /** The bytes of an image, valid until something is allocated. */
  read({ address, end }: HeapImage): Uint8Array {
    return new Uint8Array(this.#memory.buffer, address, end - address)
  }

  writeBytes(address: number, values: readonly number[]): void {
    new Uint8Array(this.#memory.buffer, address, values.length).set(values)
  }

  writeFloats(address: number, values: readonly number[]): void {
    new Float32Array(this.#memory.buffer, address, values.length).set(values)
  }

  /** Writes 32-bit integers. */
  writeInts(address: number, values: readonly number[]): void {
    new Int32Array(this.#memory.buffer, address, values.length).set(values)
  }

  /** 32-bit floats of an image of such samples. */
  readFloats({ address, end }: HeapImage): Float32Array {
    return new Float32Array(this.#memory.buffer, address, (end - address) / 4)
  }

  /** 64-bit floats of an image of such samples. */
  readDoubles({ address, end }: HeapImage): Float64Array {
    return new Float64Array(this.#memory.buffer, address, (end - address) / 8)
  }

  /** Writes 16-bit numbers, which kernels read as they like. */
  writeShorts(address: number, values: readonly number[]): void {
    new Int16Array(this.#memory.buffer, address, values.length).set(values)
  }
}
