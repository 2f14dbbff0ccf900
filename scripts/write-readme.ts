/** Writes the generated parts of README.md: `node scripts/write-readme.ts`. */

import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { withGeneratedSections } from '../src/cli/readme-sections.ts'

const root = dirname(import.meta.dirname)
const file = join(root, 'README.md')
const example = readFileSync(join(root, 'examples', 'library.ts'), 'utf8')
writeFileSync(file, withGeneratedSections(readFileSync(file, 'utf8'), example))
