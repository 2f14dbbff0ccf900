/** How the end of a job reads in a peer's log, own or of others. */

import type { JobId } from '../base/ids.ts'

/** Eight digits tell jobs apart on a screen. */
const SHOWN_ID_CHARS = 8

export interface EndedJob {
  readonly id: JobId
  /** Its coordinator's name, unescaped; undefined for one's own. */
  readonly whose?: string
  /** `is done`, `stopped`. */
  readonly how: string
  readonly done: number
  readonly total: number
  readonly failed: number
}

/** `job 3fa20c11 of attic is done: 98 of 100 images, 2 failed`. */
export function jobEndSentence({ id, whose, how, done, total, failed }: EndedJob): string {
  const owner = whose === undefined ? '' : ` of ${whose}`
  const failures = failed > 0 ? `, ${failed} failed` : ''
  return `job ${id.slice(0, SHOWN_ID_CHARS)}${owner} ${how}: ${done} of ${total} images${failures}`
}
