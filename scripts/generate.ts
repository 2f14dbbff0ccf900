/**
 * Writes what is derived from other files and yet checked in: src/protocol/generated/*.ts from src/protocol/*.proto, and
 * docs/OPERATIONS.md from the operations' tables, src/cv/simd/generated from src/cv/simd/assembly.
 * `--check` writes nothing: it says which derived files are not what their sources give, and exits 1.
 *
 * Each generator returns its files in memory, so writing and checking are the same code for all of them.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type OperationsBench, operationsDocument } from './operations-document.ts'
import { compileSimdModule } from './simd-module.ts'

const ROOT = dirname(import.meta.dirname)

/** Derived files by their path below the root; `folder`, when given, holds nothing but these. */
interface Derived {
  readonly folder?: string
  readonly files: ReadonlyMap<string, string>
}

const GENERATORS: readonly (() => Derived)[] = [protocolMessages, operationsReference, simdCode]

function protocolMessages(): Derived {
  const folder = join('src', 'protocol', 'generated')
  const sources = readdirSync(join(ROOT, 'src', 'protocol')).filter((name) => name.endsWith('.proto'))
  const protons = join(dirname(fileURLToPath(import.meta.resolve('protons'))), '..', 'bin', 'protons.js')
  const scratch = mkdtempSync(join(tmpdir(), 'murmuration-generate-'))
  try {
    const files = new Map<string, string>()
    for (const source of sources.sort()) {
      const path = join(ROOT, 'src', 'protocol', source)
      const { status, stderr } = spawnSync(process.execPath, [protons, '--strict', '--output', scratch, path], {
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(`protons refused ${source}: ${stderr}`)
      const name = `${basename(source, '.proto')}.ts`
      files.set(join(folder, name), readFileSync(join(scratch, name), 'utf8'))
    }
    return { folder, files }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function operationsReference(): Derived {
  const bench = join(ROOT, 'docs', 'operations-bench.json')
  // our own file, written by bench/ops.ts
  const measured: OperationsBench | undefined = existsSync(bench) ? JSON.parse(readFileSync(bench, 'utf8')) : undefined
  return { files: new Map([[join('docs', 'OPERATIONS.md'), operationsDocument(measured)]]) }
}

/** As base64 in a source file: read without `node:fs`, in a browser too, and found by sources and dist alike. */
function simdCode(): Derived {
  const folder = join('src', 'cv', 'simd', 'generated')
  const text = `/** Written by \`npm run generate\` from ../assembly: WebAssembly, in base64. */\nexport const SIMD_MODULE =\n  '${Buffer.from(compileSimdModule()).toString('base64')}'\n`
  return { folder, files: new Map([[join(folder, 'simd-module.ts'), text]]) }
}

/** Sentences about every derived file that is missing, stale or left over. */
function differences(derived: Derived): string[] {
  const sentences: string[] = []
  for (const [path, content] of derived.files) {
    const file = join(ROOT, path)
    if (!existsSync(file)) sentences.push(`${path} is missing`)
    else if (readFileSync(file, 'utf8') !== content) sentences.push(`${path} is not what its source gives`)
  }
  for (const path of leftOver(derived)) sentences.push(`${path} has no source any more`)
  return sentences
}

function leftOver({ folder, files }: Derived): string[] {
  if (folder === undefined || !existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder))
    .map((name) => join(folder, name))
    .filter((path) => !files.has(path))
}

function write(derived: Derived): void {
  for (const path of leftOver(derived)) rmSync(join(ROOT, path), { recursive: true })
  for (const [path, content] of derived.files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), content)
  }
}

const derived = GENERATORS.map((generate) => generate())
if (process.argv.includes('--check')) {
  const sentences = derived.flatMap(differences)
  for (const sentence of sentences) console.error(`${sentence}: run \`npm run generate\` and commit the result`)
  process.exitCode = sentences.length === 0 ? 0 : 1
} else {
  derived.forEach(write)
}
