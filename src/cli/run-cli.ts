/** The command line as a function: words in, exit code out, everything outside injected. */

import { asMurmurationError } from '../base/errors.ts'
import { packageVersion } from '../peer/package-version.ts'
import type { CommandContext } from './command-context.ts'
import { type Invocation, readCommandLine } from './command-line.ts'
import type { CommandName, CommandValues } from './command-table.ts'
import { createOutput, type Output } from './output.ts'
import type { CliWorld } from './world.ts'

type Run<Name extends CommandName> = (context: CommandContext, values: CommandValues<Name>) => Promise<number>

/** Each command is loaded when it is used: `peer ops` need not wait for React. */
const LOADERS: { readonly [Name in CommandName]: () => Promise<Run<Name>> } = {
  start: async () => (await import('./commands/start.ts')).runStart,
  submit: async () => (await import('./commands/submit.ts')).runSubmit,
  compare: async () => (await import('./commands/compare.ts')).runCompare,
  try: async () => (await import('./commands/try.ts')).runTry,
  demo: async () => (await import('./commands/demo.ts')).runDemo,
  status: async () => (await import('./commands/status.ts')).runStatus,
  doctor: async () => (await import('./commands/doctor.ts')).runDoctor,
  top: async () => (await import('./commands/top.ts')).runTop,
  jobs: async () => (await import('./commands/jobs.ts')).runJobs,
  ops: async () => (await import('./commands/ops.ts')).runOps,
  key: async () => (await import('./commands/key.ts')).runKey,
  invite: async () => (await import('./commands/invite.ts')).runInvite,
  join: async () => (await import('./commands/join.ts')).runJoin,
}

/** Runs `peer <argv>` and resolves with its exit code. Never rejects. */
export async function runCli(argv: readonly string[], world: CliWorld): Promise<number> {
  // the words themselves may be wrong, and how to say so must be known before they are read
  let output = createOutput(world, { json: argv.includes('--json'), quiet: false, logFile: undefined })
  try {
    const invocation = readCommandLine(argv, packageVersion())
    if (invocation.kind === 'text') {
      const stream = invocation.exitCode === 0 ? world.stdout : world.stderr
      stream.write(invocation.text)
      return invocation.exitCode
    }
    output = createOutput(world, invocation.globals)
    return await runCommand(invocation, world, output)
  } catch (error) {
    const known = asMurmurationError(error)
    output.error(known)
    if (known.code === 'ERR_INTERNAL' && world.env.DEBUG !== undefined && error instanceof Error) {
      world.stderr.write(`${error.stack}\n`)
    }
    return known.exitCode
  } finally {
    output.close()
  }
}

async function runCommand(invocation: Invocation, world: CliWorld, output: Output): Promise<number> {
  const { command, globals, words, values } = invocation
  // one command's loader and values belong together; TypeScript cannot follow a union through the lookup
  const run = (await LOADERS[command]()) as (
    context: CommandContext,
    values: Readonly<Record<string, unknown>>,
  ) => Promise<number>
  return await run({ world, output, globals, words }, values)
}
