import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMAND_TABLE } from '../../src/cli/command-table.ts'
import { eventually } from '../support/eventually.ts'
import { runCommand, startPeerProcess } from '../support/peer-process.ts'
import { runSideBySide } from '../support/side-by-side.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js')
const VERSION: string = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')).version

interface StatusJson {
  readonly self: { readonly role: string }
  readonly peers: readonly { readonly name: string; readonly role: string; readonly state: string }[]
}

runSideBySide()

describe.concurrent('peer as a process', () => {
  it('answers --version and --help of every command', async () => {
    expect(await runCommand(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
    for (const name of Object.keys(COMMAND_TABLE)) {
      const { code, stdout, stderr } = await runCommand([name, '--help'])
      expect({ code, stderr }, name).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain(`Usage: peer ${name}`)
      expect((await runCommand([name, '--version'])).stdout, name).toBe(`${VERSION}\n`)
    }
  })

  it('suggests the nearest flag and exits 2', async () => {
    expect(await runCommand(['submit', 'x', '--balancd'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'peer submit has no flag "--balancd"; did you mean --balanced?\n  See --help of the command.\n',
    })
  })

  it('prints the operations as JSON', async () => {
    const { code, stdout } = await runCommand(['ops', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).operations.map((operation: { name: string }) => operation.name)).toContain('edges')
  })

  it('status exits 3 when nobody answers', async () => {
    const folder = await temporaryFolder()
    const { code, stdout, stderr } = await runCommand(['status', '--data-dir', folder, '--wait', '300ms'], {
      cwd: folder,
    })
    expect(code).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toContain('No peer answered within 300ms\n')
  })

  it('start is found by status, and leaves in good order on SIGTERM', async () => {
    const folder = await temporaryFolder()
    const first = await startPeerProcess(folder, '--name', 'first')
    const second = await startPeerProcess(folder, '--name', 'second', '--load', '0.5')
    const status = async (): Promise<StatusJson> => {
      const args = ['status', '--json', '--wait', '30s', '--data-dir', folder]
      const { code, stdout } = await runCommand(args, { cwd: folder })
      expect(code).toBe(0)
      return JSON.parse(stdout)
    }
    // it says what it knows once somebody has answered, which need not be both
    await eventually(async () => {
      const { self, peers } = await status()
      expect(self.role).toBe('observer')
      const names = peers.filter((peer) => peer.role === 'executor').map((peer) => peer.name)
      return names.join() === 'first,second'
    })

    expect(await second.end('SIGTERM')).toBe(0)
    await eventually(async () => {
      const { peers } = await status()
      return (peers.find((peer) => peer.name === 'second')?.state ?? 'left') === 'left'
    })
    expect(await first.end('SIGTERM')).toBe(0)
  })

  it('two peers of one name are two peers', async () => {
    const folder = await temporaryFolder()
    const first = await startPeerProcess(folder, '--name', 'twin')
    const second = await startPeerProcess(folder, '--name', 'twin')
    expect([first.name, second.name]).toEqual(['twin', 'twin-2'])
    expect(first.id).not.toBe(second.id)
  })

  it('invite | join hands the key and the addresses on, and the line stays out of the log', async () => {
    const here = await temporaryFolder()
    const there = await temporaryFolder()
    const running = await startPeerProcess(here, '--name', 'host')
    const log = join(here, 'invite.log')
    const invite = await runCommand(['invite', '--data-dir', here, '--log-file', log])
    expect(invite.code).toBe(0)
    expect(invite.stdout.trim().split('\n')).toHaveLength(1)
    expect(invite.stderr).toContain('--lan')
    expect(readFileSync(log, 'utf8')).not.toContain(invite.stdout.trim())

    const join_ = await runCommand(['join', '--data-dir', there], { input: invite.stdout })
    expect(join_.code).toBe(0)
    expect(join_.stdout).toContain('joined cluster')
    const fingerprint = async (folder: string): Promise<string> =>
      JSON.parse((await runCommand(['key', '--json', '--data-dir', folder])).stdout).fingerprint
    expect(await fingerprint(there)).toBe(await fingerprint(here))

    const found = await runCommand(['status', '--json', '--wait', '30s', '--data-dir', there])
    const status: StatusJson = JSON.parse(found.stdout)
    expect(status.peers.map((peer) => peer.name)).toContain(running.name)
  })

  it('a join that would leave another cluster is refused without --replace', async () => {
    const here = await temporaryFolder()
    const there = await temporaryFolder()
    await startPeerProcess(here)
    const { stdout: line } = await runCommand(['invite', '--data-dir', here])
    await runCommand(['key', '--data-dir', there])
    const refused = await runCommand(['join', '--data-dir', there], { input: line })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('--replace')
    expect((await runCommand(['join', '--replace', '--data-dir', there], { input: line })).code).toBe(0)
  })

  it('submit without peers does the work itself, and the same command finds all done', async () => {
    const folder = await temporaryFolder()
    await makeSmallImages(join(folder, 'in'), 4)
    const submit = ['submit', 'in', '--out', 'out', '--data-dir', join(folder, 'data'), '--wait', '0', '--json']
    const first = await runCommand(submit, { cwd: folder })
    expect(first.code).toBe(0)
    const last = (text: string): unknown => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')
    expect(last(first.stdout)).toMatchObject({ event: 'summary', images: 4, done: 4, outcome: 'done' })
    expect(readdirSync(join(folder, 'out')).filter((name) => name.startsWith('image-'))).toHaveLength(4)
    const second = await runCommand(submit, { cwd: folder })
    expect(last(second.stdout)).toMatchObject({ images: 4, done: 0, alreadyDone: 4 })
  })

  it('a Node that is too old is named in one line, with exit code 2', async () => {
    const oldNode = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } })'
    const child = spawn(process.execPath, ['--import', `data:text/javascript,${oldNode}`, MAIN, 'ops'], {
      stdio: 'pipe',
    })
    let stderr = ''
    child.stderr.on('data', (text) => {
      stderr += text
    })
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect(code).toBe(2)
    expect(stderr).toMatch(/^peer needs Node 22\.13 or newer, this is 20\.1\.0 \(.*\)\n$/)
  })

  it('demo ends by itself, twice in a row, and leaves images and no processes', async () => {
    const folder = await temporaryFolder()
    await makeSmallImages(join(folder, 'data', 'images'), 3)
    for (const _ of ['first', 'second']) {
      const { code, stdout, stderr } = await runCommand(['demo', '--peers', '2'], { cwd: folder })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain('starting 2 peers with load probabilities 0.1 0.5')
      expect(stdout).toMatch(/^random +3 +\d/m)
      expect(stdout).toMatch(/^balanced +3 +\d/m)
    }
    for (const strategy of ['random', 'balanced']) {
      const names = readdirSync(join(folder, 'data', 'output_dir', strategy))
      expect(names.filter((name) => name.startsWith('image-'))).toHaveLength(3)
    }
  })

  it('a reader that has enough ends it without an error', async () => {
    const child = spawn(process.execPath, [MAIN, 'submit', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (text) => {
      stderr += text
    })
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
