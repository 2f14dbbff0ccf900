#!/usr/bin/env node
/**
 * The command `peer`. It must parse and run on any Node, to say in one line that this one is too old: so there are no
 * static imports here, and nothing of newer syntax.
 */

const NEEDED = [22, 13] as const

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `peer needs Node ${NEEDED.join('.')} or newer, this is ${process.versions.node} (${process.execPath})\n`,
  )
  process.exitCode = 2
} else {
  const { keepCompiledCode } = await import('./compile-cache.ts')
  await keepCompiledCode()
  const { runProcess } = await import('./process-world.ts')
  await runProcess(import.meta.url)
}

export {}
