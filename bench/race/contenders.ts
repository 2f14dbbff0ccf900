/**
 * Who runs. Each is started before any clock, with two workers that wait, and then does folders: from the order to its answer
 * everything counts (planning, connections and set-up of the job, reading, sending, the work, writing).
 */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { COLLECT_LESS_FLAGS } from '../../dist/cli/collect-less.js'
import { startArguments } from '../measure.ts'
import { QUALITY, type RaceOperation } from './operations.ts'
import { cpuMsOfTree, type RaceProcess, startProcess } from './processes.ts'

export interface Job {
  readonly input: string
  /** A folder that does not exist. */
  readonly output: string
  readonly operation: RaceOperation
}

export interface Contender {
  readonly name: string
  /** Whether it makes OpenCV's pixels. */
  readonly isOpenCv: boolean
  /** What its processes have used, by part; undefined where that can't be told. */
  cpuMs(): Readonly<Record<string, number>> | undefined
  run(job: Job): Promise<void>
  end(): Promise<void>
}

const HERE = import.meta.dirname
const COORDINATOR = join(HERE, 'coordinator.ts')
export const WORKERS = 2

async function ask(process: RaceProcess, { input, output, operation }: Job): Promise<void> {
  const order = { input, output, operation: operation.name, pipeline: operation.pipeline, quality: QUALITY }
  const answer = await process.ask(order)
  const { done, failed, reason } = answer as { done?: unknown; failed?: unknown; reason?: unknown }
  if (typeof done !== 'number' || done === 0 || failed !== 0) throw new Error(`a job went wrong: ${reason} ${failed}`)
}

/** One process that does it all. */
async function single(name: string, command: string, args: readonly string[]): Promise<Contender> {
  const process = await startProcess(command, args)
  return {
    name,
    isOpenCv: true,
    cpuMs: () => ({ all: cpuMsOfTree(process.pid) }),
    run: (job) => ask(process, job),
    end: () => process.end(),
  }
}

/** Executors with so many slots, started as users start them, and a coordinator: a process each. */
export async function startMurmuration(name: string, folder: string, slots: readonly number[]): Promise<Contender> {
  const dataDir = join(folder, name.replaceAll(' ', '-'))
  const processes: RaceProcess[] = []
  const end = async (): Promise<void> => {
    await Promise.all(processes.map((one) => one.end()))
  }
  try {
    for (const count of slots) {
      processes.push(await startProcess(process.execPath, startArguments(dataDir, '--slots', String(count))))
    }
    const coordinator = await startProcess(process.execPath, [
      ...COLLECT_LESS_FLAGS,
      COORDINATOR,
      dataDir,
      String(slots.length),
    ])
    const executors = [...processes]
    processes.push(coordinator)
    return {
      name,
      isOpenCv: true,
      cpuMs: () => ({
        coordinator: cpuMsOfTree(coordinator.pid),
        executors: executors.reduce((sum, { pid }) => sum + cpuMsOfTree(pid), 0),
      }),
      run: (job) => ask(coordinator, job),
      end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

/** A peer that submits its folders to itself. */
export const startOnePeer = (name: string, folder: string, slots: number): Promise<Contender> =>
  single(name, process.execPath, [...COLLECT_LESS_FLAGS, COORDINATOR, join(folder, 'one-peer'), '0', String(slots)])

export const startPlainLoop = (name: string): Promise<Contender> =>
  single(name, process.execPath, [...COLLECT_LESS_FLAGS, join(HERE, 'plain-loop.ts'), String(WORKERS)])

export const startNativePool = (): Promise<Contender> =>
  single('native pool', '/usr/bin/python3', [join(HERE, 'native_pool.py'), String(WORKERS)])

export const startDask = (): Promise<Contender> =>
  single('Dask', '/usr/bin/python3', [join(HERE, 'dask_cluster.py'), String(WORKERS)])

/** The shell loop. Debian's own `convert`: another of that name may stand before it in the path. */
export async function startShellLoop(): Promise<Contender> {
  const magick = '/usr/bin/convert'
  if (!existsSync(magick)) throw new Error('there is no ImageMagick')
  if (spawnSync('parallel', ['--version']).status !== 0) throw new Error('there is no GNU parallel')
  return {
    name: 'shell loop',
    isOpenCv: false,
    cpuMs: () => undefined,
    async run({ input, output, operation }) {
      mkdirSync(output, { recursive: true })
      const command = [magick, '-limit', 'thread', '1', '{}', ...operation.magick, '-quality', String(QUALITY), '{/}']
      const loop = `find ${input} -name '*.jpg' | parallel --will-cite -j${WORKERS} ${command.join(' ')}`
      const [status] = await once(spawn('sh', ['-c', loop], { cwd: output, stdio: 'inherit' }), 'exit')
      if (status !== 0) throw new Error(`parallel ended with ${status}`)
    },
    end: async () => {},
  }
}
