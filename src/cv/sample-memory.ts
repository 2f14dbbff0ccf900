/**
 * Where a worker puts samples. Memory that is taken anew for each image costs more than the copy that fills it (21 MB: 6 ms
 * instead of 1, for the pages), and brings a garbage collection of the whole heap every few images.
 */

/** Memory for so many bytes, with anything in it. */
export type SampleMemory = (sizeBytes: number) => Uint8Array

export const freshMemory: SampleMemory = (sizeBytes) => new Uint8Array(sizeBytes)

/**
 * The same memory again and again, as large as the largest image so far: what was taken is valid until the next is taken, so its
 * owner works on one image at a time. Images of more than `maxKeptBytes` get memory of their own.
 */
export function reusedMemory(maxKeptBytes: number): SampleMemory {
  let kept = new Uint8Array()
  return (sizeBytes) => {
    if (sizeBytes > maxKeptBytes) return freshMemory(sizeBytes)
    if (kept.length < sizeBytes) kept = new Uint8Array(sizeBytes)
    return kept.subarray(0, sizeBytes)
  }
}
