/** Follows docs/ADDING-AN-OPERATION.md in a copy of the sources: writes its files, changes the registry, runs its test. */

import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { heldFolder } from '../support/held-folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/ADDING-AN-OPERATION.md'), 'utf8')
const REGISTRY = 'src/cv/operations/registry.ts'
const COPIED = ['src', 'test/support', 'test/cv/operations', 'data/images', 'package.json', 'tsconfig.json']

/** Code blocks that have a file's path in the line above them. */
const files = [...PAGE.matchAll(/^`([^`\n]+)`\n\n```ts\n(.*?)^```$/gms)].map(([, path = '', code = '']) => ({
  path,
  code,
}))
const [diff = ''] = [...PAGE.matchAll(/^```diff\n(.*?)^```$/gms)].map(([, block = '']) => block)

/** Puts the lines that begin with + behind the line before them; the others must be there, in this order. */
function applyDiff(text: string, lines: readonly string[]): string {
  const result = text.split('\n')
  let at = 0
  for (const line of lines) {
    const content = line.slice(1)
    if (line.startsWith('+')) {
      result.splice(at++, 0, content)
      continue
    }
    const found = result.indexOf(content, at)
    if (found === -1) throw new Error(`${REGISTRY} is expected to have "${content}" behind line ${at}`)
    at = found + 1
  }
  return result.join('\n')
}

describe('docs/ADDING-AN-OPERATION.md', () => {
  const folder = heldFolder()
  const run = async (script: string, ...args: string[]): Promise<string> => {
    // not the settings of the test runner that this test runs in
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^VITEST/.test(name)))
    const command = promisify(execFile)(process.execPath, [script, ...args], {
      cwd: folder.path,
      env: { ...env, NO_COLOR: '1' },
    })
    const { stdout } = await command.catch(({ stdout, stderr }: { stdout: string; stderr: string }) => {
      throw new Error(`${script} ${args.join(' ')} failed:\n${stdout}\n${stderr}`)
    })
    return stdout
  }
  const tool = (path: string): string => join(ROOT, 'node_modules', path)

  beforeAll(() => {
    for (const path of COPIED) cpSync(join(ROOT, path), join(folder.path, path), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'))
    for (const { path, code } of files) {
      mkdirSync(dirname(join(folder.path, path)), { recursive: true })
      writeFileSync(join(folder.path, path), code)
    }
    const registry = join(folder.path, REGISTRY)
    writeFileSync(
      registry,
      applyDiff(
        readFileSync(registry, 'utf8'),
        diff.split('\n').filter((line) => line !== ''),
      ),
    )
  })

  it('shows an operation, its test and its lines in the registry', () => {
    expect(files.map(({ path }) => path)).toEqual([
      'src/cv/operations/color/desaturate.ts',
      'test/cv/operations/desaturate.test.ts',
    ])
    expect(diff.split('\n').filter((line) => line.startsWith('+'))).toHaveLength(2)
  })

  it('shows code that type-checks', async () => {
    const config = {
      extends: './tsconfig.json',
      compilerOptions: { rootDir: '.', noEmit: true },
      include: ['src', ...files.map(({ path }) => path)],
    }
    writeFileSync(join(folder.path, 'tsconfig.page.json'), JSON.stringify(config))
    await run(tool('typescript/bin/tsc'), '-p', 'tsconfig.page.json')
  })

  it('shows code that is formatted and passes the lint rules', async () => {
    const settings = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'))
    const copied = { ...settings, vcs: { enabled: false }, files: undefined }
    writeFileSync(join(folder.path, 'biome.json'), JSON.stringify(copied))
    await run(tool('@biomejs/biome/bin/biome'), 'check', REGISTRY, ...files.map(({ path }) => path))
  })

  it("shows a test that passes, as do the tests of every operation for the page's", async () => {
    const tests = ['desaturate', 'every-operation', 'registry'].map((name) => `test/cv/operations/${name}.test.ts`)
    // without the settings of the project each test would have 5 s, on a machine that is busy with the others
    const options = ['--testTimeout', '300000', '--hookTimeout', '300000', '-t', 'desaturate|^the registry']
    const stdout = await run(tool('vitest/vitest.mjs'), 'run', ...tests, ...options)
    expect(stdout).toMatch(/Test Files {2}3 passed \(3\)/)
    expect(Number(/Tests {2}(\d+) passed/.exec(stdout)?.[1])).toBeGreaterThan(10)
  })

  it('makes the command know it', async () => {
    const stdout = await run('src/cli/main.ts', 'ops', 'desaturate')
    expect(stdout).toContain('desaturate (color): Takes color out')
    expect(stdout).toContain('Example: --op "desaturate:40"')
  })
})
