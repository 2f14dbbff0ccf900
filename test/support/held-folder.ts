/** A folder for all tests of a describe block; gone when they have ended. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/** To be called inside `describe`; the path is known in tests and hooks only. */
export function heldFolder(): { readonly path: string } {
  let path: string | undefined
  beforeAll(() => {
    path = mkdtempSync(join(tmpdir(), 'murmuration-test-'))
  })
  afterAll(() => {
    if (path !== undefined) rmSync(path, { recursive: true, force: true })
  })
  return {
    get path() {
      if (path === undefined) throw new Error('the folder is there in tests and hooks only')
      return path
    },
  }
}
