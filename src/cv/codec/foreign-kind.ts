// biome-ignore-all lint/suspicious/noControlCharactersInRegex: signatures are bytes

/** What a file that is none of our images may be, so that its failure can say it: the signatures of what is often mixed up with them. */

import { SNIFF_BYTES } from '../../base/limits.ts'

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^....ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1)/s, 'a HEIC photo'],
  [/^....ftypcr/s, 'a camera raw file'],
  [/^....ftyp/s, 'a video'],
  [/^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!DOCTYPE svg|<svg)/is, 'an SVG drawing'],
  [/^\s*(<!doctype html|<html|<head|<script)/i, 'a web page'],
  [/^%PDF-/, 'a PDF document'],
  [/^%!PS/, 'a PostScript document'],
  [/^BM.{12}[\x0c\x28\x6c\x7c]\0\0\0/s, 'a BMP image'],
  [/^8BPS/, 'a Photoshop document'],
  [/^\x76\x2f\x31\x01/, 'an OpenEXR image'],
  [/^(\0\0\0\x0cjP {2}|\xff\x4f\xff\x51)/, 'a JPEG 2000 image'],
  [/^(\0\0\0\x0cJXL |\xff\x0a)/, 'a JPEG XL image'],
  [/^\0\0\x01\0[^\0]/, 'an icon'],
  [/^P[1-7F]\s/i, 'a PNM image'],
  [/^SIMPLE {2}=/, 'a FITS image'],
  [/^#\?RADIANCE/, 'a Radiance image'],
  [/^(II\x2a\0|MM\0\x2a).{4}CR/s, 'a camera raw file'],
  [/^PK\x03\x04/, 'a ZIP archive or an office document'],
  [/^\x1f\x8b/, 'a gzip archive'],
  [/^#!/, 'a script'],
  [/^[\t\n\r\x20-\x7e]+$/, 'text'],
  [/^\0+$/, 'nothing but zeros at its beginning'],
]

/** With its article; undefined where it cannot be told. */
export function foreignKind(firstBytes: Uint8Array): string | undefined {
  const text = Buffer.from(firstBytes.subarray(0, SNIFF_BYTES)).toString('latin1')
  return KINDS.find(([signature]) => signature.test(text))?.[1]
}
