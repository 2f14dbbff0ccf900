/** The cluster key's file: whoever cannot use it is no member. */

import { ERROR_CODES, MurmurationError } from '../../../base/errors.ts'
import { type Check, ok, problem } from '../check.ts'

export const keyFile: Check = {
  name: 'key-file',
  summary: 'the file of the cluster key is there, holds a key, and only its owner may read it',
  async run({ options, keyFingerprint }) {
    try {
      const fingerprint = await keyFingerprint()
      if (fingerprint !== undefined) return [ok(`cluster key ${fingerprint} in ${options.keyFile}`)]
      if (options.isKeyFileNamed) {
        const sentence = `the key file ${options.keyFile} that was named does not exist`
        return [problem(sentence, '`peer join --key-file FILE` makes one from the line of `peer invite`.')]
      }
      return [ok('there is no cluster key yet: the first start makes one, or `peer join` brings one')]
    } catch (error) {
      if (!(error instanceof MurmurationError)) throw error
      const { help } = error.facts
      return [problem(error.message, typeof help === 'string' ? help : ERROR_CODES[error.code].help)]
    }
  },
}
