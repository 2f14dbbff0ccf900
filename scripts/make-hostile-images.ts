/** Writes the hostile images of the tests into a folder: `node scripts/make-hostile-images.ts FOLDER [SEED]`. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileNameOf, HOSTILE_SEED, makeHostileImages } from '../test/support/hostile-images/make-hostile-images.ts'

const [, , folder, seed] = process.argv
if (folder === undefined) throw new Error('node scripts/make-hostile-images.ts FOLDER [SEED]')

mkdirSync(folder, { recursive: true })
const images = await makeHostileImages(seed === undefined ? HOSTILE_SEED : Number(seed))
for (const image of images) writeFileSync(join(folder, fileNameOf(image)), image.bytes)
console.log(`${images.length} files in ${folder}`)
