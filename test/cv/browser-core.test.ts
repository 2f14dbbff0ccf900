import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const CV = join(import.meta.dirname, '../../src/cv')
const filesBelow = (folder: string): string[] =>
  readdirSync(join(CV, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))

const CORE = [
  ...['operations', 'pipeline', 'random'].flatMap(filesBelow),
  ...['formats.ts', 'image-runner.ts', 'opencv.ts', 'pixels.ts', 'run-pipeline.ts', 'scope.ts', 'web-assembly.ts'],
  'codec/sniff.ts',
]

describe('the core of the image layer', () => {
  it.each(CORE)('runs in a browser: %s imports nothing of Node, sharp or threads', (file) => {
    const imports = [...readFileSync(join(CV, file), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
      ([, name]) => name ?? '',
    )
    const isForbidden = (name: string): boolean =>
      name.startsWith('node:') || name === 'sharp' || /\/(worker|log)\b/.test(name) || /codec\/(?!sniff)/.test(name)
    expect(imports.filter(isForbidden)).toEqual([])
  })
})
