/** Image file formats by content and by name. */

export const IMAGE_FORMATS = ['jpg', 'png', 'webp', 'tif', 'gif', 'avif'] as const
export type ImageFormat = (typeof IMAGE_FORMATS)[number]
/** What to encode as; `keep` is the format of the input's content. */
export type OutputImageFormat = ImageFormat | 'keep'
