/** What must be equal between peers so that they give the same pixels. Neither needs OpenCV to be loaded. */

/** OpenCV package, operations, decoder rule and decoder build in at most MAX_NAME_BYTES. */
export function pixelVersion(): string {
  return 'not written yet'
}
