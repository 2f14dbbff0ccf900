/** Where `peer submit` would write. */

import { type Check, ok, problem, warning } from '../check.ts'
import { shownMegabytes, tryFolder } from '../folder-trial.ts'

export const outputFolder: Check = {
  name: 'output-folder',
  summary: 'the output folder (`--out`) can be written and its disk has room',
  async run({ options, files }) {
    const { out, isOutNamed } = options
    const trial = await tryFolder(files, out)
    const advice = 'Choose another folder with --out.'
    if (trial.kind === 'writable') {
      return [ok(trial.isMade ? `the output folder ${out} can be written` : `the output folder ${out} can be made`)]
    }
    if (trial.kind === 'nearly-full') {
      const sentence = `the disk of the output folder ${out} has only ${shownMegabytes(trial.freeBytes)} left`
      return [(isOutNamed ? problem : warning)(sentence, `Make room. ${advice}`)]
    }
    // without --out it is only where peer submit would write if it were run here
    return [(isOutNamed ? problem : warning)(`the output folder ${out} cannot be written: ${trial.why}`, advice)]
  },
}
