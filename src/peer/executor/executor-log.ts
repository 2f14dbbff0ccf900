/**
 * The executor's own records on disk, in one folder: `executor.log`, a line per task that ended here, and `totals.json`,
 * tasks and time per strategy, which survive a restart. Lines wait in memory and go out together; the totals are replaced by
 * a rename, so that a reader never sees half of them. A disk that fails costs lines, never a task: it is said once.
 */

import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { appendFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock, type Timer } from '../../base/clock.ts'
import { LOG_FLUSH_INTERVAL_MS, MAX_EXECUTOR_LOG_BYTES, MAX_LOG_BUFFER_BYTES } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import { createStrategyTable, type StrategyTable } from './strategy-totals.ts'
import { parseTotals, printTotals } from './totals-file.ts'

const log = createLog('executor')

export interface LogEntry {
  readonly coordinator: string
  /** `job/task/attempt`. */
  readonly task: string
  readonly strategy: string
  /** `done`, `failed:CODE`, `refused:REASON` or `cancelled`. */
  readonly outcome: string
  /** Sleep and work at this executor. */
  readonly elapsedMs: number
}

export interface ExecutorLog {
  /** What `totals.json` holds: read at the start, written after changes. */
  readonly strategies: StrategyTable
  /** Keeps a line for the next write; never throws and never waits. */
  record(entry: LogEntry): void
  /** Resolves when everything recorded so far is written, or could not be. */
  flush(): Promise<void>
}

export interface ExecutorLogOptions {
  readonly clock?: Clock
  readonly maxLogBytes?: number
  readonly maxBufferBytes?: number
}

/** Opens the records in `directory`, which is made where it is missing. Holds no file open between writes. */
export function createExecutorLog(directory: string, options: ExecutorLogOptions = {}): ExecutorLog {
  const { clock = systemClock, maxLogBytes = MAX_EXECUTOR_LOG_BYTES, maxBufferBytes = MAX_LOG_BUFFER_BYTES } = options
  const logPath = join(directory, 'executor.log')
  const totalsPath = join(directory, 'totals.json')
  let hasComplained = false
  let logBytes = 0
  let waiting: string[] = []
  let waitingBytes = 0
  let leftOut = 0
  let timer: Timer | undefined
  let writing: Promise<void> = Promise.resolve()

  attempt(() => mkdirSync(directory, { recursive: true }))
  attempt(() => {
    logBytes = statSync(logPath, { throwIfNoEntry: false })?.size ?? 0
  })
  const strategies = createStrategyTable(attempt(() => parseTotals(readIfThere(totalsPath))) ?? [])
  let writtenVersion = strategies.version

  function attempt<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      complain(error)
      return undefined
    }
  }

  function complain(error: unknown): void {
    if (hasComplained) return
    hasComplained = true
    log.error('the records in %s are incomplete: %s', directory, error)
  }

  function record(entry: LogEntry): void {
    schedule()
    const line = printLine(entry, clock.wallTime())
    if (waitingBytes + line.length > maxBufferBytes) {
      leftOut++
      return
    }
    waiting.push(line)
    waitingBytes += line.length
  }

  function schedule(): void {
    timer ??= clock.setTimer(LOG_FLUSH_INTERVAL_MS, () => {
      timer = undefined
      void flush() // never rejects
    })
  }

  function flush(): Promise<void> {
    timer?.cancel()
    timer = undefined
    writing = writing.then(write).catch(complain)
    return writing
  }

  async function write(): Promise<void> {
    await Promise.all([writeLines().catch(complain), writeTotals().catch(complain)])
  }

  async function writeLines(): Promise<void> {
    if (leftOut > 0) waiting.push(`${new Date(clock.wallTime()).toISOString()} ${leftOut} lines were left out\n`)
    if (waiting.length === 0) return
    const text = waiting.join('')
    waiting = []
    waitingBytes = 0
    leftOut = 0
    const sizeBytes = Buffer.byteLength(text)
    if (logBytes > 0 && logBytes + sizeBytes > maxLogBytes) {
      await rename(logPath, `${logPath}.1`)
      logBytes = 0
    }
    await appendFile(logPath, text)
    logBytes += sizeBytes
  }

  async function writeTotals(): Promise<void> {
    const { version } = strategies
    if (version === writtenVersion) return
    const temporaryPath = `${totalsPath}.new`
    await writeFile(temporaryPath, printTotals(strategies.read()))
    await rename(temporaryPath, totalsPath)
    writtenVersion = version
  }

  return { strategies, record, flush }
}

/** Fields are separated by one space each and hold none. */
function printLine(entry: LogEntry, wallTimeMs: number): string {
  const { coordinator, task, strategy, outcome, elapsedMs } = entry
  const fields = [coordinator, task, strategy, outcome].map((field) => field.replace(/[^\w.:/-]+/g, '_'))
  return `${new Date(wallTimeMs).toISOString()} ${fields.join(' ')} ${elapsedMs.toFixed(1)}\n`
}

function readIfThere(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false }) ? readFileSync(path, 'utf8') : undefined
}
