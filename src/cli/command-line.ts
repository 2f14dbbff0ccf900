/**
 * argv -> which command with which trusted values, or which text to print. commander splits the words by the table's
 * flags; its own sentences are replaced by ours, so that all usage errors read alike.
 */

import { Command, CommanderError, type Help, Option } from 'commander'
import { MurmurationError } from '../base/errors.ts'
import { escapeControls } from '../tui/text/escape.ts'
import type { CommandSpec } from './command-table/command-spec.ts'
import { COMMAND_TABLE, type CommandName, commandUsage, GLOBAL_FLAG_TABLE, type GlobalValues } from './command-table.ts'
import { type Flag, type Flags, flagLines, kebabCase } from './flags.ts'
import { nearestName } from './nearest-name.ts'
import { expected, quote, readValues } from './read-values.ts'

export interface Invocation {
  readonly kind: 'command'
  readonly command: CommandName
  readonly words: readonly string[]
  readonly globals: GlobalValues
  /** The values of the command's own flags, validated by its entry of the table. */
  readonly values: Readonly<Record<string, unknown>>
}

/** Help or version: to be printed, and that is all. */
export interface TextAnswer {
  readonly kind: 'text'
  readonly text: string
  readonly exitCode: number
}

const COMMAND_NAMES = Object.keys(COMMAND_TABLE) as readonly CommandName[]

/**
 * Reads the words behind `peer`.
 * @throws MurmurationError ERR_USAGE
 */
export function readCommandLine(argv: readonly string[], version: string): Invocation | TextAnswer {
  let printed = ''
  const given = new Set<string>()
  let chosen: { command: CommandName; words: readonly string[]; raw: Record<string, unknown> } | undefined

  const program = new Command('peer')
    .description('Murmuration: a flock of equal peers that processes folders of images.')
    .usage('<command> [flags]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        printed += text
      },
      writeErr: (text) => {
        printed += text
      },
      outputError: () => undefined,
    })
    .configureHelp({ showGlobalOptions: true, styleTitle, subcommandTerm })
  addFlags(program, GLOBAL_FLAG_TABLE, given)
  for (const name of COMMAND_NAMES) {
    const command = addCommand(program, name, given)
    command.action(() => {
      chosen = { command: name, words: command.args, raw: command.optsWithGlobals() }
    })
  }

  try {
    program.parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.help') return { kind: 'text', text: printed, exitCode: argv[0] === 'help' ? 0 : 2 }
    if (error.exitCode === 0) return { kind: 'text', text: printed, exitCode: 0 }
    throw usageError(error, argv)
  }
  if (chosen === undefined) return { kind: 'text', text: program.helpInformation(), exitCode: 2 }
  const { command, words, raw } = chosen
  refuseOpposites(command, given)
  return {
    kind: 'command',
    command,
    words,
    globals: readValues(GLOBAL_FLAG_TABLE, raw) as GlobalValues,
    values: readValues(COMMAND_TABLE[command].flags, raw),
  }
}

function addCommand(program: Command, name: CommandName, given: Set<string>): Command {
  const spec: CommandSpec = COMMAND_TABLE[name]
  const command = program
    .command(name)
    .description(`${spec.summary}.`)
    .usage(commandUsage(name).replace(`peer ${name} `, ''))
  if (spec.argument !== undefined) {
    const { isRequired, isVariadic, sentence } = spec.argument
    const word = `${spec.argument.name}${isVariadic ? '...' : ''}`
    command.argument(isRequired ? `<${word}>` : `[${word}]`, sentence)
  }
  addFlags(command, spec.flags, given)
  const notes = spec.notes === undefined ? [] : ['', ...spec.notes]
  const examples = spec.examples.map((example) => `  ${example}`)
  return command.addHelpText('after', [...notes, '', 'Examples:', ...examples].join('\n'))
}

/** `given` gets every flag that is typed: of --local --no-local commander keeps only the last. */
function addFlags(command: Command, flags: Flags, given: Set<string>): void {
  for (const [name, flag] of Object.entries(flags)) {
    for (const line of flagLines(name, flag)) {
      const option = optionOf(flag, line)
      command.addOption(option)
      command.on(`option:${option.name()}`, () => given.add(`--${option.name()}`))
    }
  }
}

/** @throws MurmurationError ERR_USAGE for a flag that is given together with its opposite */
function refuseOpposites(command: CommandName, given: ReadonlySet<string>): void {
  for (const [name, flag] of Object.entries(COMMAND_TABLE[command].flags)) {
    const long = kebabCase(name)
    if (flag.form !== 'either' || !given.has(`--${long}`) || !given.has(`--no-${long}`)) continue
    throw new MurmurationError('ERR_USAGE', `peer ${command} expects one of --${long} and --no-${long}, got both`)
  }
}

function optionOf(flag: Flag, line: { usage: string; sentence: string; defaultText: string }): Option {
  const [long = '', placeholder] = line.usage.split(' ')
  const shownDefault = line.defaultText === '' ? '' : ` (default: ${line.defaultText})`
  const value = placeholder === undefined ? '' : flag.form === 'bare-or-value' ? ` ${placeholder}` : ` <${placeholder}>`
  const option = new Option(long + value, line.sentence + shownDefault)
  if (flag.form === 'list') {
    option.argParser((value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value])
  }
  return option
}

/** commander's refusal as a sentence of ours. */
function usageError(error: CommanderError, argv: readonly string[]): MurmurationError {
  const command = COMMAND_NAMES.find((name) => argv.includes(name))
  const subject = command === undefined ? 'peer' : `peer ${command}`
  const named = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  switch (error.code) {
    case 'commander.unknownOption':
      return unknown(subject, 'flag', named, flagNames(command))
    case 'commander.unknownCommand':
      return unknown('peer', 'command', named, COMMAND_NAMES)
    case 'commander.optionMissingArgument': {
      const [long = ''] = named.split(' ')
      return expected(long, expectationOf(long, command), undefined)
    }
    case 'commander.missingArgument':
      refuseSwallowed(argv, command)
      return expected(subject, `at least one ${named.replace('...', '')}`, undefined)
    case 'commander.excessArguments': {
      const extra = /: ([^:]*)\.$/.exec(error.message)?.[1]
      const count =
        command !== undefined && COMMAND_TABLE[command].argument !== undefined ? 'one argument at most' : 'no arguments'
      return expected(subject, count, extra)
    }
    default:
      return new MurmurationError('ERR_USAGE', error.message.replace(/^error: /, ''), { cause: error })
  }
}

/** A word that a flag took which can do without, and cannot use it. @throws MurmurationError ERR_USAGE */
function refuseSwallowed(argv: readonly string[], command: CommandName | undefined): void {
  for (const [name, flag] of Object.entries(flagsOf(command))) {
    const long = `--${kebabCase(name)}`
    const next = argv[argv.indexOf(long) + 1]
    if (flag.form !== 'bare-or-value' || !argv.includes(long) || next === undefined || next.startsWith('-')) continue
    if (!flag.kind.schema.safeParse(next).success) throw expected(long, flag.kind.expects, next)
  }
}

function unknown(subject: string, noun: string, typed: string, names: readonly string[]): MurmurationError {
  const nearest = nearestName(typed, names)
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
  const help = looksLikeFileName(typed)
    ? { facts: { help: `A file of that name is given as ./${escapeControls(typed)}, or behind --.` } }
    : {}
  return new MurmurationError('ERR_USAGE', `${subject} has no ${noun} ${quote(typed)}${hint}`, help)
}

/** No flag has one dash, a dot or a slash. */
const looksLikeFileName = (typed: string): boolean => /^-[^-]/.test(typed) || /^-.*[./]/.test(typed)

const flagsOf = (command: CommandName | undefined): Flags => ({
  ...GLOBAL_FLAG_TABLE,
  ...(command === undefined ? {} : COMMAND_TABLE[command].flags),
})

const flagNames = (command: CommandName | undefined): readonly string[] => [
  '--help',
  '--version',
  ...Object.entries(flagsOf(command)).flatMap(([name, flag]) =>
    flagLines(name, flag).map((line) => line.usage.split(' ')[0] ?? ''),
  ),
]

function expectationOf(long: string, command: CommandName | undefined): string {
  const entry = Object.entries(flagsOf(command)).find(([name]) => `--${kebabCase(name)}` === long)?.[1]
  return entry !== undefined && 'kind' in entry ? entry.kind.expects : 'a value'
}

/** `submit PATH…`: that every command takes flags need not be said nine times. */
const subcommandTerm = (command: Command): string =>
  [
    command.name(),
    ...command.registeredArguments.map((argument) => {
      const word = argument.variadic ? `${argument.name()}…` : argument.name()
      return argument.required ? word : `[${word}]`
    }),
  ].join(' ')

/** commander's headings say "Options"; everywhere else in this program the word is "flags". */
function styleTitle(this: Help, title: string): string {
  return title.replace('Global Options', 'Flags of every command').replace('Options', 'Flags')
}
