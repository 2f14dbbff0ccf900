import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { VIEWER_START_MS } from '../../src/base/limits.ts'
import { openViewer, viewerCommand } from '../../src/cli/open-viewer.ts'
import { rejectionOf } from '../support/rejection.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

describe('viewerCommand', () => {
  it('is what each system opens files with', () => {
    expect(viewerCommand('linux', '/a b.png')).toMatchObject({ program: 'xdg-open', args: ['/a b.png'] })
    expect(viewerCommand('darwin', '/a b.png')).toMatchObject({ program: 'open', args: ['/a b.png'] })
    expect(viewerCommand('win32', 'C:\\a & b.png')).toEqual({
      program: 'cmd',
      args: ['/d', '/s', '/c', '"start "" "C:\\a & b.png""'],
      isVerbatim: true,
    })
  })
})

describe.runIf(process.platform === 'linux')('openViewer', () => {
  afterEach(() => vi.unstubAllEnvs())

  /** Waits for the viewer's end, however late this machine starts it: no time passes. */
  const open = (path: string): Promise<void> => openViewer(path, 'linux', createVirtualClock())

  /** A folder in front of PATH with an `xdg-open` of this content. */
  async function withProgram(script: string): Promise<string> {
    const folder = await temporaryFolder()
    writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, 'xdg-open'), 0o755)
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`)
    return folder
  }

  it('hands the path to the program as one word', async () => {
    const folder = await withProgram(`printf %s "$1" > "$(dirname "$0")/opened"`)
    await open('/some where/a.png')
    expect(readFileSync(join(folder, 'opened'), 'utf8')).toBe('/some where/a.png')
  })

  it('leaves a viewer alone that stays', async () => {
    await withProgram('exec sleep 3')
    const clock = createVirtualClock()
    const opening = openViewer('/a.png', 'linux', clock)
    await clock.advance(VIEWER_START_MS)
    await opening
  })

  it('says so when the program fails or there is none', async () => {
    await withProgram('exit 3')
    expect((await rejectionOf(open('/a.png'))).message).toBe(
      '--open expects a program that opens images; xdg-open ended with exit code 3',
    )
    vi.stubEnv('PATH', await temporaryFolder())
    expect((await rejectionOf(open('/a.png'))).message).toContain('xdg-open could not be started')
  })
})
