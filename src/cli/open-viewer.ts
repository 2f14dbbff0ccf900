/** Opens a file with whatever the system opens such files with. */

import { spawn } from 'node:child_process'
import { type Clock, systemClock, withDeadline } from '../base/clock.ts'
import { MurmurationError } from '../base/errors.ts'
import { VIEWER_START_MS } from '../base/limits.ts'

interface ViewerCommand {
  readonly program: string
  readonly args: readonly string[]
  /** The words are passed as they are, because cmd reads quotes in its own way. */
  readonly isVerbatim: boolean
}

/** How this system is asked to show the file at this absolute path. */
export function viewerCommand(platform: NodeJS.Platform, path: string): ViewerCommand {
  switch (platform) {
    case 'win32':
      // start is a word of cmd; its first quoted word would be a window's title. No path on Windows has a quote in it
      return { program: 'cmd', args: ['/d', '/s', '/c', `"start "" "${path}""`], isVerbatim: true }
    case 'darwin':
      return { program: 'open', args: [path], isVerbatim: false }
    default:
      return { program: 'xdg-open', args: [path], isVerbatim: false }
  }
}

/**
 * Starts the system's viewer and leaves it running.
 * @throws MurmurationError ERR_USAGE when there is none, or when it ends with an error at once
 */
export async function openViewer(
  path: string,
  platform: NodeJS.Platform = process.platform,
  clock: Clock = systemClock,
): Promise<void> {
  const { program, args, isVerbatim } = viewerCommand(platform, path)
  const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsVerbatimArguments: isVerbatim })
  child.unref()
  const ended = new Promise<void>((resolve, reject) => {
    const refuse = (why: string, cause?: unknown): void =>
      reject(
        new MurmurationError('ERR_USAGE', `--open expects a program that opens images; ${program} ${why}`, { cause }),
      )
    child.once('error', (error) => refuse('could not be started', error))
    child.once('exit', (exitCode) => (exitCode === 0 ? resolve() : refuse(`ended with exit code ${exitCode}`)))
  })
  try {
    await withDeadline(clock, VIEWER_START_MS, 'the end of the viewer', ended)
  } catch (error) {
    // still there: it shows the image
    if (error instanceof MurmurationError && error.code === 'ERR_DEADLINE') return
    throw error
  }
}
