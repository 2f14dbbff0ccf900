import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../src/base/errors.ts'
import { readCommandLine } from '../../src/cli/command-line.ts'
import { COMMAND_TABLE, type CommandName } from '../../src/cli/command-table.ts'
import { withGeneratedSections } from '../../src/cli/readme-sections.ts'
import { STRATEGY_NAMES } from '../../src/peer/coordinator/strategies/index.ts'
import { parseBootstrap } from '../../src/peer/identity/bootstrap-list.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** What would be typed in the documents' code, without comments, pipes to other programs and shells around it. */
function commandLines(text: string): readonly string[] {
  const blocks = [...text.matchAll(/```(?:sh|ini)\n(.*?)```/gs)].flatMap(([, block = '']) => block.split('\n'))
  const inline = [...text.matchAll(/`((?:npx )?peer [a-z][^`]*)`/g)].map(([, line = '']) => line)
  return (
    [...blocks, ...inline]
      .flatMap((line) => line.replace(/(^|\s)#.*$/, '').split(/ \| |&&/))
      .map((line) => /(?:^|\s)(peer [a-z].*)$/.exec(line)?.[1]?.trim() ?? '')
      // `peer submit` in a sentence is the command's name
      .filter((line) => line !== '' && !/[…[]/.test(line) && !/^peer \w+$/.test(line))
  )
}

describe('the README', () => {
  it('has the command section of the table and the example of its file', () => {
    const readme = read('README.md')
    // when this fails: node scripts/write-readme.ts
    expect(readme).toBe(withGeneratedSections(readme, read('examples/library.ts')))
  })

  it('begins with the two commands', () => {
    const commands = read('README.md')
      .split('\n')
      .filter((line) => line.startsWith('npm install'))
    expect(commands.slice(0, 2).map((line) => line.split('#')[0]?.trim())).toEqual([
      'npm install && npx peer demo',
      'npm install && npm test',
    ])
  })

  it('lists exactly the strategies that exist', () => {
    const section = /## Strategies\n(.*?)\n## /s.exec(read('README.md'))?.[1] ?? ''
    const names = [...section.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name)
    expect(names).toEqual([...STRATEGY_NAMES])
  })

  it('lists exactly the exit codes that errors have', () => {
    const section = /## Exit codes\n(.*?)\n## /s.exec(read('README.md'))?.[1] ?? ''
    const codes = [...section.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    expect(codes).toEqual(
      [...new Set([0, ...Object.values(ERROR_CODES).map(({ exitCode }) => exitCode)])].sort((a, b) => a - b),
    )
  })
})

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document)

  it('links to files that exist', () => {
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target)
    const missing = targets.filter(
      (target) => !/^[a-z]+:/.test(target) && !existsSync(join(ROOT, dirname(document), target)),
    )
    expect(missing).toEqual([])
  })

  it('shows commands that the command line accepts', () => {
    for (const line of commandLines(text)) {
      const words = line
        .replace(/ (<|>) .*$/, '')
        .split(' ')
        .slice(1)
      const shown = words.map((word) => word.replace(/^['"]|['"]$/g, ''))
      expect(() => readCommandLine(shown, '0.0.0'), line).not.toThrow()
    }
  })
})

describe('help', () => {
  it('shows examples that the command line accepts', () => {
    for (const name of Object.keys(COMMAND_TABLE) as CommandName[]) {
      for (const example of COMMAND_TABLE[name].examples) {
        const words = example
          .replace(/ [<|] .*$/, '')
          .split(' ')
          .slice(1)
        expect(readCommandLine(words, '0.0.0'), example).toMatchObject({ kind: 'command', command: name })
      }
    }
  })

  it('of every command has its flags, those of every command, and examples; --version works everywhere', () => {
    for (const name of Object.keys(COMMAND_TABLE) as CommandName[]) {
      const help = readCommandLine([name, '--help'], '1.2.3')
      expect(help).toMatchObject({ kind: 'text', exitCode: 0 })
      const text = help.kind === 'text' ? help.text : ''
      expect(text).toContain(`Usage: peer ${name}`)
      expect(text).toContain('Flags of every command:')
      expect(text).toContain('--json')
      expect(text).toContain('Examples:\n')
      expect(readCommandLine([name, '--version'], '1.2.3')).toMatchObject({
        kind: 'text',
        text: '1.2.3\n',
        exitCode: 0,
      })
      expect(readCommandLine(['help', name], '1.2.3')).toMatchObject({ text, exitCode: 0 })
    }
  })

  it('is what bare peer prints, as wrong usage', () => {
    const answer = readCommandLine([], '1.2.3')
    expect(answer).toMatchObject({ kind: 'text', exitCode: 2 })
    expect(answer.kind === 'text' && answer.text).toContain('Commands:')
  })
})

describe('bootstrap.txt', () => {
  it('has comments only: the package dials nobody by itself', () => {
    expect(parseBootstrap(read('bootstrap.txt'), 'bootstrap.txt')).toEqual({ addresses: [], problems: [] })
  })
})
