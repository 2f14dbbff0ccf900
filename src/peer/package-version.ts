/** The version of the installed package, as gossip and `--version` tell it. */

import { readFileSync } from 'node:fs'
import { z } from 'zod'

const PACKAGE_FILE = new URL('../../package.json', import.meta.url)

export const packageVersion = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(PACKAGE_FILE, 'utf8'))).version
