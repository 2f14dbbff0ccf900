import { expect, it } from 'vitest'
import { doctorLines } from '../../src/cli/commands/doctor.ts'
import type { Diagnosis } from '../../src/peer/doctor/diagnose.ts'
import type { DoctorOptions } from '../../src/peer/doctor/world.ts'
import { createFakeCliWorld } from '../support/fake-cli-world.ts'
import { runCommand, startPeerProcess } from '../support/peer-process.ts'
import { runSideBySide } from '../support/side-by-side.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

runSideBySide()

const FOUND: readonly Diagnosis[] = [
  { check: 'wrong-key', level: 'problem', sentence: 'the peer \u001b[2Jattic has another key', advice: 'Join it.' },
  { check: 'cpu', level: 'warning', sentence: 'the CPU is busy', advice: 'Wait.' },
  { check: 'node', level: 'ok', sentence: 'Node 24.21.0' },
]

it('prints signs and words, advice below, control characters as escapes, and counts at the end', () => {
  expect(doctorLines(FOUND)).toEqual([
    '✗ problem  wrong-key      the peer \\x1b[2Jattic has another key',
    '                          → Join it.',
    '! warning  cpu            the CPU is busy',
    '                          → Wait.',
    '✓ ok       node           Node 24.21.0',
    '',
    '1 problem, 1 warning. The most likely reason stands first.',
  ])
  expect(doctorLines(FOUND.slice(2)).at(-1)).toBe('Nothing is wrong here.')
})

it('exits with 1 for a problem, with 0 for warnings, and its JSON has a shape of its own', async () => {
  const cli = createFakeCliWorld({ examine: async () => FOUND })
  expect(await cli.run('doctor', '--json')).toBe(1)
  expect(cli.jsonLines()).toEqual([
    {
      ok: false,
      problems: 1,
      warnings: 1,
      findings: [
        { check: 'wrong-key', level: 'problem', sentence: FOUND[0]?.sentence, advice: 'Join it.' },
        { check: 'cpu', level: 'warning', sentence: 'the CPU is busy', advice: 'Wait.' },
        { check: 'node', level: 'ok', sentence: 'Node 24.21.0', advice: null },
      ],
    },
  ])
  expect(await createFakeCliWorld({ examine: async () => FOUND.slice(1) }).run('doctor')).toBe(0)
})

it('hands on what was typed, and refuses what cannot be', async () => {
  const asked: DoctorOptions[] = []
  const examine = async (options: DoctorOptions) => {
    asked.push(options)
    return []
  }
  const cli = createFakeCliWorld({ examine })
  await cli.run('doctor', '--out', 'pictures', '--lan', '--bootstrap', '/ip4/10.0.0.2/tcp/4601', '--wait', '1s')
  expect(asked).toMatchObject([
    {
      out: `${cli.world.workingDir}/pictures`,
      isOutNamed: true,
      lan: true,
      bootstrap: ['/ip4/10.0.0.2/tcp/4601'],
      waitMs: 1000,
    },
  ])
  expect(await cli.run('doctor', '--bootstrap', 'missing.txt')).toBe(2)
  expect(await cli.run('doctor', 'attic')).toBe(2)
})

it('is answered as any command when it is interrupted', async () => {
  const cli = createFakeCliWorld({ examine: () => new Promise(() => {}) })
  const run = cli.run('doctor')
  await new Promise(setImmediate)
  cli.interrupt()
  expect(await run).toBe(130)
})

it.concurrent('as a process: names a stopped peer', async () => {
  const dataDir = await temporaryFolder()
  const frozen = await startPeerProcess(dataDir, '--name', 'frozen', '--slots', '1')
  frozen.process.kill('SIGSTOP')
  const { code, stdout } = await runCommand(['doctor', '--data-dir', dataDir])
  expect(code).toBe(1)
  const [first, second] = stdout.split('\n').filter((line) => line.startsWith('✗'))
  expect(first).toContain(`frozen runs (process ${frozen.process.pid} on `)
  expect(second).toContain('nobody runs tasks')
})

it.concurrent('as a process: no problem beside a running peer', async () => {
  const dataDir = await temporaryFolder()
  await startPeerProcess(dataDir, '--name', 'attic', '--slots', '1')
  const out = await temporaryFolder()
  const { code, stdout } = await runCommand(['doctor', '--json', '--data-dir', dataDir, '--out', out, '--wait', '4s'])
  const said = JSON.parse(stdout)
  expect({ code, problems: said.problems, ok: said.ok }).toEqual({ code: 0, problems: 0, ok: true })
  expect(said.findings.map(({ sentence }: { sentence: string }) => sentence)).toContain('1 executor with 1 slot in all')
})
