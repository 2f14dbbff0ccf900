/** One file that somebody might hand in to do harm, or by mistake, and what is to become of it. */

export interface HostileImage {
  /** Without an extension; unique. */
  readonly name: string
  /** What the file calls itself: jpg, png, webp, tif, gif or avif, whatever is in it. */
  readonly extension: string
  readonly bytes: Uint8Array
  /**
   * done: odd, but an image like any other. failed: has to be listed as a failure. either: decoders may or may not see what is
   * wrong with it; nothing but the file itself may suffer.
   */
  readonly fate: 'done' | 'failed' | 'either'
}

export const hostile = (
  name: string,
  extension: string,
  bytes: Uint8Array,
  fate: HostileImage['fate'] = 'failed',
): HostileImage => ({ name, extension, bytes, fate })
