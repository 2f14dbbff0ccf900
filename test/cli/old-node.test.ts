import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { peerCommand } from '../support/peer-process.ts'

/** Makes this Node say that it is an older one. */
const OLDER =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})'

it.each(['doctor', 'start', 'status', '--help'])(
  'peer %s on a Node that is too old is one line and exit code 2',
  async (word) => {
    const child = spawn(process.execPath, ['--import', OLDER, ...peerCommand([word])], { stdio: 'pipe' })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text
      })
    }
    await once(child, 'close')
    expect(said).toBe(`peer needs Node 22.13 or newer, this is 20.20.2 (${process.execPath})\n`)
    expect(child.exitCode).toBe(2)
  },
)
