/** The debug log as a person sees it: lines of real processes. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LOG_COMPONENTS } from '../../src/base/log.ts'
import { peerCommand, startPeerProcess } from '../support/peer-process.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function run(debug: string, args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, peerCommand(args), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DEBUG: debug },
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  await once(child, 'close')
  return { code: child.exitCode, stderr }
}

/** `2026-11-22T09:00:00.000Z murmuration:node …`, as libp2p's own; stacks of errors follow indented. */
const LINE = /^\d{4}-\d\d-\d\dT[\d:.]+Z murmuration:([a-z-]+)(?::error)? (.*)$/

it('tells what happens to a job, escapes what others chose, and holds no key', async () => {
  const dataDir = await temporaryFolder()
  const folder = join(await temporaryFolder(), 'in')
  await makeSmallImages(folder, 2)
  await mkdir(join(folder, 'odd'), { recursive: true })
  await writeFile(join(folder, 'odd', 'x\u001b[2J\ny.png'), await readFile(join(folder, 'image-000.png')))
  await startPeerProcess(dataDir, '--name', 'attic', '--slots', '1')
  const out = join(await temporaryFolder(), 'out')
  const { code, stderr } = await run('murmuration:*', [
    'submit',
    folder,
    '--out',
    out,
    '--no-local',
    '--wait',
    '60s',
    '--quiet',
    '--data-dir',
    dataDir,
  ])
  expect(code).toBe(0)

  const lines = stderr.trimEnd().split('\n')
  const components = new Set(lines.map((line) => LINE.exec(line)?.[1]).filter((name) => name !== undefined))
  expect([...components]).toEqual(
    expect.arrayContaining(['node', 'dialer', 'admission', 'hello', 'membership', 'coordinator', 'journal']),
  )
  expect(Object.keys(LOG_COMPONENTS)).toEqual(expect.arrayContaining([...components]))
  expect(stderr).toMatch(/murmuration:admission \S+ is admitted \(outbound, \/ip4\/127\.0\.0\.1/)
  expect(stderr).toMatch(/murmuration:hello \S+ says hello as attic, executor, /)
  expect(stderr).toMatch(/murmuration:membership attic \(\S+\) is alive, was not known/)
  expect(stderr).toMatch(/murmuration:coordinator offer \d\/\d \(image-000\.png\) to attic/)
  expect(stderr).toMatch(/murmuration:coordinator attic answers \d\/\d: accept/)
  expect(stderr).toMatch(/murmuration:journal .* is locked for job [0-9a-f]{32}/)

  expect(stderr).toContain('odd/x\\x1b[2J\\ny.png')
  expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  const key = (await readFile(join(dataDir, 'cluster.key'), 'utf8')).trim()
  const bytes = Buffer.from(key, 'hex')
  for (const form of [key, key.toUpperCase(), bytes.toString('base64'), bytes.toString('base64url')]) {
    expect(stderr).not.toContain(form)
  }
})

it('tells of one component, or nothing', async () => {
  const dataDir = await temporaryFolder()
  const one = await run('murmuration:node', ['status', '--wait', '10ms', '--quiet', '--data-dir', dataDir])
  const found = one.stderr.split('\n').flatMap((line) => LINE.exec(line)?.[1] ?? [])
  expect(new Set(found)).toEqual(new Set(['node']))
  const none = await run('', ['status', '--wait', '10ms', '--quiet', '--data-dir', dataDir])
  expect(none.stderr).not.toContain('murmuration:')
})

it('of an executor tells what became of each offer', async () => {
  const dataDir = await temporaryFolder()
  const folder = join(await temporaryFolder(), 'in')
  await makeSmallImages(folder, 1)
  const args = ['submit', folder, '--out', join(folder, 'out'), '--local', '--quiet', '--data-dir', dataDir]
  const { stderr } = await run('murmuration:executor', args)
  expect(stderr).toMatch(/murmuration:executor offer [0-9a-f]{32}\/\d+\/\d+ of \S+\n/)
  expect(stderr).toMatch(/murmuration:executor \S+ is accepted, \d+ bytes come, sleeps 0 ms\n/)
  expect(stderr).toMatch(/murmuration:executor \S+ runs: edges/)
  expect(stderr).toMatch(/murmuration:executor \S+ of \S+: done after \d+ ms\n/)
})
