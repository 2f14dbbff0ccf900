/**
 * Every command and flag, once; the commands stand by group in command-table/. Help, validation, the README's command section
 * and the types that commands receive all come from here; a test compares the README with it.
 */

import { ADMISSION_COMMANDS } from './command-table/admission-commands.ts'
import type { CommandSpec } from './command-table/command-spec.ts'
import { INSPECTION_COMMANDS } from './command-table/inspection-commands.ts'
import { JOB_COMMANDS } from './command-table/job-commands.ts'
import { PEER_COMMANDS } from './command-table/peer-commands.ts'
import { type Flags, type FlagValues, negative, optional, repeatable, toggle } from './flags.ts'
import { path, text } from './value-kinds.ts'

const GLOBAL_FLAGS = {
  json: toggle('Print machine-readable JSON on standard output, and errors as JSON on standard error'),
  color: negative('No colours and no live view: plain lines only, like NO_COLOR, TERM=dumb and CI in the environment'),
  quiet: toggle('Print results and errors only'),
  logFile: optional(path('FILE'), '', 'Append every event, one line each, to this file'),
  dataDir: optional(
    path('DIR'),
    "the user's data folder",
    'Where cluster key, identities, known peers and finished jobs are kept',
  ),
  keyFile: optional(path('FILE'), 'cluster.key in the data folder', 'Cluster key to use'),
  bootstrap: repeatable(
    text('FILE|ADDR', 'a file or an address like /ip4/192.168.1.20/tcp/4601'),
    'bootstrap.txt if present',
    'Addresses of peers to dial at the start, or a file with one a line',
  ),
  mdns: negative('Neither announce this peer by mDNS nor listen for others'),
} satisfies Flags

/** In the order of the help. */
const COMMANDS = {
  start: PEER_COMMANDS.start,
  submit: JOB_COMMANDS.submit,
  compare: JOB_COMMANDS.compare,
  try: JOB_COMMANDS.try,
  demo: PEER_COMMANDS.demo,
  status: INSPECTION_COMMANDS.status,
  doctor: INSPECTION_COMMANDS.doctor,
  top: INSPECTION_COMMANDS.top,
  jobs: INSPECTION_COMMANDS.jobs,
  ops: INSPECTION_COMMANDS.ops,
  key: ADMISSION_COMMANDS.key,
  invite: ADMISSION_COMMANDS.invite,
  join: ADMISSION_COMMANDS.join,
} satisfies Record<string, CommandSpec>

export type CommandName = keyof typeof COMMANDS
export type GlobalValues = FlagValues<typeof GLOBAL_FLAGS>
export type CommandValues<Name extends CommandName> = FlagValues<(typeof COMMANDS)[Name]['flags']>

export const COMMAND_TABLE: Readonly<Record<CommandName, CommandSpec>> = COMMANDS
export const GLOBAL_FLAG_TABLE: Flags = GLOBAL_FLAGS

/** How the command is typed: `peer submit PATH… [flags]`. */
export function commandUsage(name: CommandName): string {
  const { argument } = COMMAND_TABLE[name]
  if (argument === undefined) return `peer ${name} [flags]`
  const shown = argument.isVariadic ? `${argument.name}…` : argument.name
  return `peer ${name} ${argument.isRequired ? shown : `[${shown}]`} [flags]`
}
