/** Where Debian's Chromium is. */

import { existsSync } from 'node:fs'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** CHROMIUM in the environment comes first. @throws Error with how to get one */
export function chromiumPath(): string {
  const found = [process.env['CHROMIUM'], ...PLACES].find((path) => path !== undefined && existsSync(path))
  if (found !== undefined) return found
  throw new Error(
    `Chromium is expected at ${PLACES.join(' or ')}: apt-get install chromium, or set CHROMIUM to another one`,
  )
}
