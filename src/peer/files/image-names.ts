/** What a file's name says before anybody opens it. */

const EXTENSIONS = /\.(jpe?g|png|webp|tiff?|gif|avif)$/i

/** Formats of pictures that are not read; camera raw formats in the second line. */
const FOREIGN_EXTENSIONS =
  /\.(hei[cf]|hif|bmp|dib|ico|icns|jp2|j2k|jp[fmx]|jxl|jxr|ps[db]|xcf|kra|svgz?|eps|exr|hdr|tga|pcx|p[bgnp]m|pam|qoi|fits?|dng|cr[23w]|ne[fr]|nrw|arw|srf|sr2|orf|rw[2l]|raf|pef|srw|x3f|3fr|fff|iiq|m[eror]w|mef|mos|erf|kdc|dcr|gpr)$/i

/** A file in a folder with such a name counts as an image without being opened. */
export const looksLikeImageName = (path: string): boolean => EXTENSIONS.test(path)

/** Lower case, without the dot: the picture format of the name, where it is none of those that are read. */
export const foreignImageExtension = (path: string): string | undefined =>
  FOREIGN_EXTENSIONS.exec(path)?.[1]?.toLowerCase()
