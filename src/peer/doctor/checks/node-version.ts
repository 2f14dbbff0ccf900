/** Node: main.ts refuses one that is too old before any check runs; a library's user meets it here. */

import { type Check, ok, problem } from '../check.ts'

/** `engines` of package.json. */
export const NEEDED_NODE = [22, 13] as const

export const nodeVersion: Check = {
  name: 'node',
  summary: 'Node is new enough',
  run({ machine }) {
    const [major = 0, minor = 0] = machine.nodeVersion.split('.').map(Number)
    const [neededMajor, neededMinor] = NEEDED_NODE
    if (major > neededMajor || (major === neededMajor && minor >= neededMinor))
      return [ok(`Node ${machine.nodeVersion}`)]
    const sentence = `peer needs Node ${neededMajor}.${neededMinor} or newer, and this is ${machine.nodeVersion}: it cannot join`
    return [problem(sentence, `Install Node ${neededMajor}.${neededMinor} or newer.`)]
  },
}
