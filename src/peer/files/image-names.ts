/** Names by which a file in a folder counts as an image without being opened. */

const EXTENSIONS = /\.(jpe?g|png|webp|tiff?|gif|avif)$/i

export const looksLikeImageName = (path: string): boolean => EXTENSIONS.test(path)
