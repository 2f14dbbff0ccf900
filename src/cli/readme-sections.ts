/**
 * The parts of the README that come from elsewhere, each between `<!-- NAME:begin -->` and `<!-- NAME:end -->`: the command
 * section from the table, the example from its file. `node scripts/write-readme.ts` writes them, a test compares them.
 */

import { commandReference } from './command-reference.ts'

/** The README with every generated part as it should be. @throws Error where a part's markers are missing */
export function withGeneratedSections(readme: string, libraryExample: string): string {
  const sections = [
    ['commands', commandReference()],
    ['library-example', `\`\`\`ts\n${libraryExample.trim()}\n\`\`\``],
  ] as const
  return sections.reduce((text, [name, content]) => replaceSection(text, name, content), readme)
}

function replaceSection(text: string, name: string, content: string): string {
  const begin = `<!-- ${name}:begin -->`
  const end = `<!-- ${name}:end -->`
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from === -1 || to < from) throw new Error(`README.md expects ${begin} … ${end}`)
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`
}
