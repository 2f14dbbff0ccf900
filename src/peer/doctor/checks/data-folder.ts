/** The data folder: identities, known peers and history go there, and nobody else may read it. */

import { type Check, ok, problem, warning } from '../check.ts'
import { shownMegabytes, tryFolder } from '../folder-trial.ts'

export const dataFolder: Check = {
  name: 'data-folder',
  summary: 'the data folder can be written, by its owner only',
  async run({ options, files }) {
    const { dataDir } = options
    const trial = await tryFolder(files, dataDir)
    if (trial.kind === 'unwritable') {
      const advice = 'Make it writable for this user, or choose another folder with --data-dir.'
      return [problem(`the data folder ${dataDir} cannot be written, so no peer can start: ${trial.why}`, advice)]
    }
    if (trial.kind === 'nearly-full') {
      const sentence = `the disk of the data folder ${dataDir} has only ${shownMegabytes(trial.freeBytes)} left`
      return [warning(sentence, 'Make room, or choose another folder with --data-dir.')]
    }
    if (!trial.isMade) return [ok(`the data folder ${dataDir} will be made at the first start`)]
    const mode = (await files.stat(dataDir))?.mode
    if (mode !== undefined && (mode & 0o022) !== 0) {
      const sentence = `other users may write into the data folder ${dataDir} (mode ${octal(mode)}), and so replace the cluster key`
      return [warning(sentence, `Run chmod 700 on it.`)]
    }
    return [ok(`the data folder ${dataDir} can be written`)]
  },
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0')
