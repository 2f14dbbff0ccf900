/**
 * Compiles src/cv/simd/assembly (AssemblyScript) into the module that works on OpenCV's heap, and refuses one that would
 * harm it: data segments would be written over OpenCV's own data, growing the memory would leave OpenCV's views of it behind,
 * and globals would be a stack or a heap pointer of AssemblyScript's own. The only import is the memory.
 *
 * It is compiled twice, with relaxed SIMD, which every Node.js that we support has and not every browser, and without.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(import.meta.dirname)
const ENTRY = 'src/cv/simd/assembly/index.ts'
const SOURCES = join(ROOT, dirname(ENTRY))
const MODULE = join(ROOT, 'src', 'cv', 'simd', 'generated', 'simd-module.ts')
const OPTIONS = [
  ...['-O3', '--converge', '--noAssert', '--enable', 'simd', '--runtime', 'stub'],
  ...['--importMemory', '--noExportMemory', '--use', 'abort='],
]

/**
 * Compiles the modules into a source file, as base64: read without `node:fs`, in a browser too, and found by sources and dist
 * alike. Does nothing where the file was made of the same sources: the compiler takes seconds.
 */
export function writeSimdModule(): void {
  const header = `/** Written by \`npm run build\` from ../assembly, WebAssembly in base64. Sources: ${sourcesDigest()} */\n`
  if (existsSync(MODULE) && readFileSync(MODULE, 'utf8').startsWith(header)) return
  const constant = (name: string, bytes: Uint8Array): string =>
    `export const ${name} =\n  '${Buffer.from(bytes).toString('base64')}'\n`
  const plain = constant('SIMD_MODULE', compileSimdModule())
  const relaxed = constant('RELAXED_SIMD_MODULE', compileSimdModule('--enable', 'relaxed-simd'))
  mkdirSync(dirname(MODULE), { recursive: true })
  writeFileSync(MODULE, `${header}${plain}\n${relaxed}`)
}

/** Of everything that decides what the module is: its sources, and how they are compiled. */
function sourcesDigest(): string {
  const hash = createHash('sha256').update(readFileSync(import.meta.filename))
  for (const name of readdirSync(SOURCES).sort()) hash.update(`${name}\0`).update(readFileSync(join(SOURCES, name)))
  return hash.digest('hex')
}

/** The module's bytes. @throws Error with the compiler's text, or with what the module must not have */
export function compileSimdModule(...options: readonly string[]): Uint8Array {
  const asc = fileURLToPath(new URL('../bin/asc.js', import.meta.resolve('assemblyscript')))
  const scratch = mkdtempSync(join(tmpdir(), 'murmuration-simd-'))
  try {
    const [wasm, text] = [join(scratch, 'kernels.wasm'), join(scratch, 'kernels.wat')]
    const { status, stderr } = spawnSync(
      process.execPath,
      [asc, ENTRY, ...OPTIONS, ...options, '--outFile', wasm, '--textFile', text],
      { cwd: ROOT, encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`asc refused ${ENTRY}: ${stderr}`)
    const bytes = readFileSync(wasm)
    const harm = [...harmOf(bytes), ...(readFileSync(text, 'utf8').includes('memory.grow') ? ['memory.grow'] : [])]
    if (harm.length > 0) throw new Error(`${ENTRY} is expected to give code that owns no memory, and has ${harm}`)
    return bytes
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Sections of the WebAssembly core specification (5.5.2) that the module must not have. */
const REFUSED_SECTIONS: ReadonlyMap<number, string> = new Map([
  [4, 'a table'],
  [5, 'a memory of its own'],
  [6, 'globals'],
  [8, 'a start function'],
  [9, 'an element segment'],
  [11, 'a data segment'],
])
const IMPORT_SECTION = 2
const MEMORY_KIND = 2

/** What the module has and must not have; empty when it is harmless. */
export function harmOf(bytes: Uint8Array): string[] {
  const found: string[] = []
  let at = 8
  const byte = (): number => bytes[at++] ?? 0
  const number = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const part = byte()
      value += (part & 0x7f) * 2 ** shift
      if (part < 0x80) return value
    }
  }
  while (at < bytes.length) {
    const id = byte()
    const size = number()
    const end = at + size
    const refused = REFUSED_SECTIONS.get(id)
    if (refused !== undefined) found.push(refused)
    if (id === IMPORT_SECTION) {
      const count = number()
      for (const _name of ['module', 'field']) {
        const length = number()
        at += length
      }
      if (count !== 1 || byte() !== MEMORY_KIND) found.push('an import besides the memory')
    }
    at = end
  }
  return found
}
