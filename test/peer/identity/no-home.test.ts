/** A user without a home: env-paths throws while it is being loaded, as it does where there is no passwd entry and no HOME. */

import { expect, it, vi } from 'vitest'
import { dataDirectory, defaultDataDirectory } from '../../../src/peer/identity/data-directory.ts'

vi.mock('env-paths', () => {
  throw new Error('uv_os_homedir returned ENOENT')
})

it('needs no home for a data folder that is named, and says how to name one', () => {
  expect(dataDirectory('/srv/murmuration').keyFile).toBe('/srv/murmuration/cluster.key')
  expect(() => defaultDataDirectory()).toThrow(
    expect.objectContaining({
      code: 'ERR_DATA_DIR',
      message: 'the data folder is expected in the home of its user, who has none here',
      facts: { help: expect.stringContaining('--data-dir') },
    }),
  )
})
