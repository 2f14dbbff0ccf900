/**
 * Where words go. Results to standard output, notices and errors to standard error; `--json` turns both into one JSON
 * object a line, `--quiet` leaves results and errors, `--log-file` gets everything as plain lines with the time.
 */

import { closeSync, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { ERROR_CODES, type MurmurationError } from '../base/errors.ts'
import { wrapLine } from '../tui/text/columns.ts'
import { escapeControls, escapeInJson } from '../tui/text/escape.ts'
import { expected } from './read-values.ts'
import type { CliWorld, TextOutput } from './world.ts'

export interface Output {
  readonly isJson: boolean
  readonly isQuiet: boolean
  /** A line of what the command was asked for. Not with --json. */
  result(line: string): void
  /** A line about how it goes. Not with --json or --quiet. */
  progress(line: string): void
  /** Something to know that is no result and no error. */
  notice(line: string): void
  /** An image that failed. On standard error; not with --json, whose events tell it. */
  failure(line: string): void
  /** One JSON object, with --json only. Resolves when the reader is ready for more. */
  json(value: object): Promise<void>
  error(error: MurmurationError): void
  /** A line for the log file only. */
  record(line: string): void
  close(): void
}

interface OutputOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly logFile: string | undefined
}

/** @throws MurmurationError ERR_USAGE when the log file cannot be opened. */
export function createOutput(world: CliWorld, options: OutputOptions): Output {
  const { json: isJson, quiet: isQuiet } = options
  const logFile = options.logFile === undefined ? undefined : openLogFile(world, options.logFile)

  function record(line: string): void {
    if (logFile !== undefined) writeSync(logFile, `${new Date(world.clock.wallTime()).toISOString()} ${line}\n`)
  }
  function say(stream: TextOutput, line: string): void {
    stream.write(`${line}\n`)
    record(line)
  }

  const wrapped = (lines: readonly string[]): string => {
    const columns = columnsOf(world.stderr)
    return `${lines.flatMap((line) => wrapLine(line, columns, '  ')).join('\n')}\n`
  }

  return {
    isJson,
    isQuiet,
    record,
    result: (line) => (isJson ? record(line) : say(world.stdout, line)),
    progress: (line) => (isJson || isQuiet ? record(line) : say(world.stdout, line)),
    notice: (line) => {
      if (isJson) writeJson(world.stderr, { event: 'notice', message: line })
      else if (!isQuiet) world.stderr.write(`${line}\n`)
      record(line)
    },
    failure: (line) => {
      if (!isJson) world.stderr.write(wrapped([line]))
      record(line)
    },
    json: async (value) => {
      if (isJson && !writeJson(world.stdout, value)) {
        await new Promise<void>((resolve) => world.stdout.once('drain', resolve))
      }
    },
    error: (error) => {
      if (isJson) writeJson(world.stderr, { event: 'error', code: error.code, message: error.message })
      else world.stderr.write(wrapped(errorLines(error)))
      record(errorLines(error).join(' '))
    },
    close: () => {
      if (logFile !== undefined) closeSync(logFile)
    },
  }
}

/** Where lines are to be broken: nowhere in a file. */
export const columnsOf = ({ columns }: TextOutput): number => columns || Number.POSITIVE_INFINITY

/** The sentence, then the next step: the code's, unless the error brings a better one as its fact `help`. */
export const errorLines = (error: MurmurationError): readonly string[] => {
  const { help } = error.facts
  return [escapeControls(error.message), `  ${typeof help === 'string' ? help : ERROR_CODES[error.code].help}`]
}

const writeJson = (stream: TextOutput, value: object): boolean =>
  stream.write(`${escapeInJson(JSON.stringify(value))}\n`)

function openLogFile(world: CliWorld, file: string): number {
  try {
    return openSync(resolve(world.workingDir, file), 'a', 0o600)
  } catch {
    throw expected('--log-file', 'a file that can be written', file)
  }
}
