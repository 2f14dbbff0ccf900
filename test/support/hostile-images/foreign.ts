/** Other files under an image's name: those that libvips may have loaders for, and those that are dangerous elsewhere. */

import { gzipSync } from 'node:zlib'
import { ascii, join, noise, u16le, u32be, u32le, zeros } from './binary.ts'
import { type HostileImage, hostile } from './hostile-image.ts'

const SVG =
  '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&x;</text><image href="http://127.0.0.1:9/"/></svg>'

/** A TIFF directory that says that it is a DNG. */
const DNG = join(
  ascii('II*\0'),
  u32le(8),
  u16le(1),
  u16le(0xc612),
  u16le(1),
  u32le(4),
  u32le(0x0401),
  u32le(0),
  zeros(64),
)

const BODIES: Readonly<Record<string, Uint8Array>> = {
  svg: ascii(SVG),
  'svg-without-declaration': ascii('<svg xmlns="http://www.w3.org/2000/svg" width="50000" height="50000"/>'),
  svgz: gzipSync(ascii(SVG)),
  pdf: ascii('%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF'),
  postscript: ascii('%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file'),
  html: ascii('<!doctype html><script>alert(1)</script>'),
  'magick-script': ascii(
    'push graphic-context\nviewbox 0 0 9 9\nfill \'url(https://127.0.0.1/"|ls "-la)\'\npop graphic-context',
  ),
  bmp: join(ascii('BM'), u32le(70), zeros(4), u32le(54), u32le(40), u32le(2), u32le(2), u16le(1), u16le(24), zeros(40)),
  psd: join(ascii('8BPS'), Buffer.from([0, 1]), zeros(6), Buffer.from([0, 3]), u32be(16), u32be(16), zeros(100)),
  exr: join(u32le(0x01312f76), u32le(2), ascii('channels\0chlist\0'), zeros(100)),
  jp2: join(u32be(12), ascii('jP  '), Buffer.from([0x0d, 0x0a, 0x87, 0x0a]), zeros(100)),
  j2k: join(Buffer.from([0xff, 0x4f, 0xff, 0x51]), zeros(100)),
  jxl: join(Buffer.from([0xff, 0x0a]), zeros(100)),
  'jxl-in-boxes': join(u32be(12), ascii('JXL '), Buffer.from([0x0d, 0x0a, 0x87, 0x0a]), zeros(100)),
  ico: join(Buffer.from([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0]), zeros(100)),
  ppm: ascii('P6\n2 2\n255\n123456789012'),
  pfm: ascii('PF\n50000 50000\n-1.0\n'),
  fits: ascii('SIMPLE  =                    T'.padEnd(2_880)),
  hdr: ascii('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 9\n'),
  vips: join(Buffer.from([0x08, 0xf2, 0xa6, 0xb6]), u32le(50_000), u32le(50_000), zeros(100)),
  csv: ascii('1,2,3\n4,5,6\n'),
  matrix: ascii('2 2\n1 2\n3 4\n'),
  matlab: join(ascii('MATLAB 5.0 MAT-file'.padEnd(124)), Buffer.from([0, 1]), ascii('IM')),
  nifti: join(u32le(348), zeros(340), ascii('n+1\0')),
  dicom: join(zeros(128), ascii('DICM'), zeros(100)),
  tga: join(zeros(2), Buffer.from([2]), zeros(15), noise('tga', 50)),
  dng: DNG,
  cr2: join(ascii('II*\0'), u32le(16), ascii('CR'), Buffer.from([2, 0]), zeros(100)),
  zip: join(ascii('PK\u0003\u0004'), noise('zip', 100)),
  elf: join(Buffer.from([0x7f]), ascii('ELF'), noise('elf', 100)),
  'shell-script': ascii('#!/bin/sh\nrm -rf /tmp/x\n'),
  json: ascii('{"event":"ready"}\n'),
  'terminal-escapes': ascii('\u001b]0;owned\u0007\u001b[2J'),
}

const EXTENSIONS = ['jpg', 'png', 'webp', 'tif', 'gif', 'avif'] as const

export const foreign = (): HostileImage[] =>
  Object.entries(BODIES).map(([name, bytes], index) =>
    hostile(`a-${name}`, EXTENSIONS[index % EXTENSIONS.length] ?? 'png', bytes),
  )
