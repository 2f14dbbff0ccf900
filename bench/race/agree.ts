/** Whether two contenders made the same images, as far as different decoders and JPEG let them. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { FAR_LEVELS, type RaceOperation } from './operations.ts'

/** Photos of each set that are compared. */
const COMPARED = 3

/** @returns what is wrong with `folder`, measured by `reference`; undefined when they agree */
export async function disagreement(
  reference: string,
  folder: string,
  { maxFarShare }: RaceOperation,
): Promise<string | undefined> {
  const names = readdirSync(reference).filter((name) => name.endsWith('.jpg'))
  const made = readdirSync(folder).filter((name) => name.endsWith('.jpg'))
  if (made.length !== names.length) return `${made.length} outputs instead of ${names.length}`
  for (const name of names.slice(0, COMPARED)) {
    const [one, other] = await Promise.all([samplesOf(join(reference, name)), samplesOf(join(folder, name))])
    if (one.length !== other.length) return `${name} has ${other.length} samples instead of ${one.length}`
    let far = 0
    for (let index = 0; index < one.length; index++) {
      if (Math.abs((one[index] ?? 0) - (other[index] ?? 0)) > FAR_LEVELS) far++
    }
    const share = far / one.length
    if (share > maxFarShare) return `${name} differs in ${(share * 100).toFixed(2)} % of its samples`
  }
  return undefined
}

const samplesOf = async (file: string): Promise<Uint8Array> => await sharp(file).raw().toBuffer()
