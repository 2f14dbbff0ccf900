/** Where this program keeps what is its own in an output folder. */

import { join } from 'node:path'

/** The folder beside the outputs that holds what this program keeps for itself. */
export const STATE_FOLDER = '.murmuration'

/** One line per finished image, see journal.ts. */
export const journalFile = (out: string): string => join(out, STATE_FOLDER, 'journal.ndjson')
export const lockFile = (out: string): string => join(out, STATE_FOLDER, 'lock')
/** Files that grow while an image is done. */
export const partialFolder = (out: string): string => join(out, STATE_FOLDER, 'partial')
