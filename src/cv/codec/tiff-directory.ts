/**
 * Tells camera raw files from TIFF images. DNG, NEF, ARW and others are TIFF files whose first image is a thumbnail or a
 * preview and whose sensor data lies in a sub-image: a TIFF decoder would give a stamp of 160 x 120 without complaint.
 * TIFF 6.0, section 2; DNG 1.7, chapter 4.
 */

const TAG_NEW_SUBFILE_TYPE = 0x00fe
const TAG_DNG_VERSION = 0xc612
/** Bit 0 of NewSubfileType: a reduced version of another image in this file. */
const IS_REDUCED = 1
const ENTRY_BYTES = 12

/** Whether the first image of a classic TIFF is a reduced version of another, or the file a DNG. BigTIFF is never taken for one. */
export function isCameraRaw(tiff: Uint8Array): boolean {
  if (tiff.length < 8) return false
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const isLittle = tiff[0] === 0x49
  if (view.getUint16(2, isLittle) !== 42) return false
  const directory = view.getUint32(4, isLittle)
  if (directory + 2 > tiff.length) return false
  const count = view.getUint16(directory, isLittle)
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + index * ENTRY_BYTES
    if (entry + ENTRY_BYTES > tiff.length) return false
    const tag = view.getUint16(entry, isLittle)
    if (tag === TAG_DNG_VERSION) return true
    if (tag === TAG_NEW_SUBFILE_TYPE && (view.getUint32(entry + 8, isLittle) & IS_REDUCED) !== 0) return true
  }
  return false
}
