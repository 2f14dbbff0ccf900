/** The command table as Markdown: the README's command section is exactly this, and a test holds it. */

import { COMMAND_TABLE, type CommandName, commandUsage, GLOBAL_FLAG_TABLE } from './command-table.ts'
import { type Flags, flagLines } from './flags.ts'

export function commandReference(): string {
  const commands = (Object.keys(COMMAND_TABLE) as CommandName[]).flatMap((name) => {
    const { summary, flags, notes = [] } = COMMAND_TABLE[name]
    return [`### \`${commandUsage(name)}\``, `${summary}.`, ...flagTable(flags), ...notes]
  })
  return [...commands, '### Flags of every command', ...flagTable(GLOBAL_FLAG_TABLE)].join('\n\n')
}

function flagTable(flags: Flags): readonly string[] {
  const lines = Object.entries(flags).flatMap(([name, flag]) => flagLines(name, flag))
  if (lines.length === 0) return []
  const rows = lines.map(
    ({ usage, sentence, defaultText }) =>
      `| \`${escapePipes(usage)}\` | ${escapePipes(sentence)} | ${escapePipes(defaultText)} |`,
  )
  return [['| flag | | default |', '|---|---|---|', ...rows].join('\n')]
}

/** A bare pipe would end a table's cell. */
const escapePipes = (text: string): string => text.replaceAll('|', '\\|')
