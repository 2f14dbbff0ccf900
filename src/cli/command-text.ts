/** Command lines that are shown to be pasted: quoted for a POSIX shell, and for the same peers as the command that shows them. */

import { resolve } from 'node:path'
import { escapeControls } from '../tui/text/escape.ts'
import type { CommandContext } from './command-context.ts'
import { ADDRESS_START } from './peer-options.ts'

/** What says which peers a command is about. */
export interface CommandPlace {
  readonly world: Pick<CommandContext['world'], 'workingDir'>
  readonly globals: Pick<CommandContext['globals'], 'dataDir' | 'keyFile' | 'bootstrap' | 'mdns'>
}

/**
 * `peer jobs --data-dir '/tmp/my data'`: without the flags that say where key, identities and peers are, it would be about
 * others. Paths are made absolute, for it may be pasted elsewhere.
 */
export function commandText(place: CommandPlace, ...words: readonly string[]): string {
  return ['peer', ...[...words, ...placeWords(place)].map(shellWord)].join(' ')
}

function placeWords({ world, globals }: CommandPlace): readonly string[] {
  const { dataDir, keyFile, bootstrap, mdns } = globals
  const absolute = (path: string): string => resolve(world.workingDir, path)
  return [
    ...(dataDir === undefined ? [] : ['--data-dir', absolute(dataDir)]),
    ...(keyFile === undefined ? [] : ['--key-file', absolute(keyFile)]),
    ...bootstrap.flatMap((entry) => ['--bootstrap', ADDRESS_START.test(entry) ? entry : absolute(entry)]),
    ...(mdns ? [] : ['--no-mdns']),
  ]
}

const PLAIN = /^[\w./:=,@%+-]+$/

/** One word as a POSIX shell reads it back; with characters that no terminal may get, as bash, ksh and zsh do. */
export function shellWord(word: string): string {
  if (PLAIN.test(word)) return word
  if (!isUnsafe(word)) return `'${word.replaceAll("'", `'\\''`)}'`
  const escaped = [...word].map((character) => {
    if (isUnsafe(character)) return octalBytes(character)
    return character === '\\' || character === "'" ? `\\${character}` : character
  })
  return `$'${escaped.join('')}'`
}

const isUnsafe = (text: string): boolean => escapeControls(text) !== text

const octalBytes = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
