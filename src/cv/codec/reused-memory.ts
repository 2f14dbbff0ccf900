/**
 * Memory that is taken anew for each image costs more than the copy that fills it (21 MB: 6 ms instead of 1, for the pages), and
 * brings a garbage collection of the whole heap every few images.
 */

/**
 * The same memory again and again, as large as the largest image so far: what was taken is valid until the next is taken, so its
 * owner works on one image at a time. What is larger than `maxKeptBytes` gets memory of its own.
 */
export function reusedMemory(maxKeptBytes: number): (sizeBytes: number) => Uint8Array {
  let kept = new Uint8Array()
  return (sizeBytes) => {
    if (sizeBytes > maxKeptBytes) return new Uint8Array(sizeBytes)
    if (kept.length < sizeBytes) kept = new Uint8Array(sizeBytes)
    return kept.subarray(0, sizeBytes)
  }
}
