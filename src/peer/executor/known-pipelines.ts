/** Remembers which pipeline texts this peer can read: a job asks the same question with every OFFER. */

import { MAX_CACHED_PIPELINES } from '../../base/limits.ts'

/** `parses` may throw: a text that breaks the parser is one that this peer does not know. */
export function rememberPipelines(parses: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined) return known
    const answer = tryToParse(parses, text)
    if (answers.size >= MAX_CACHED_PIPELINES) answers.clear()
    answers.set(text, answer)
    return answer
  }
}

function tryToParse(parses: (text: string) => boolean, text: string): boolean {
  try {
    return parses(text)
  } catch {
    return false
  }
}
