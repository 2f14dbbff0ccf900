/** Remembers what a pipeline text was found to be: a job asks the same question with every OFFER. */

import { MAX_CACHED_PIPELINES } from '../../base/limits.ts'

/** What `read` says of a text, asked once; `otherwise` where it throws: a text that breaks the parser is one that is not known. */
export function rememberPipelines<Answer>(read: (text: string) => Answer, otherwise: Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined) return known
    const answer = tryToRead(read, text, otherwise)
    if (answers.size >= MAX_CACHED_PIPELINES) answers.clear()
    answers.set(text, answer)
    return answer
  }
}

function tryToRead<Answer>(read: (text: string) => Answer, text: string, otherwise: Answer): Answer {
  try {
    return read(text)
  } catch {
    return otherwise
  }
}
