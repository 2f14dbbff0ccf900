/**
 * Everything the command line touches outside itself, injected: streams, environment, signals, and the way to start a
 * peer. process-world.ts is the real one, tests bring their own.
 */

import type { Clock } from '../base/clock.ts'
import type { Diagnosis } from '../peer/doctor/diagnose.ts'
import type { DoctorOptions } from '../peer/doctor/world.ts'
import type { Peer, PeerOptions } from '../peer/peer.ts'
import type { Terminal } from '../tui/live-job.tsx'
import type { PeerProcess } from './peer-process.ts'

/** The part of a writable stream that is used; `write` returns false when the reader lags behind. */
export interface TextOutput {
  /** Of a terminal: its width; undefined for files and pipes, 0 where a terminal does not tell. */
  readonly columns?: number
  write(text: string): boolean
  once(event: 'drain', listener: () => void): unknown
}

export interface TextInput extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean
}

/** The variables that are read. */
export interface CliEnvironment {
  readonly NO_COLOR?: string | undefined
  readonly CI?: string | undefined
  readonly TERM?: string | undefined
  readonly TERM_PROGRAM?: string | undefined
  readonly DEBUG?: string | undefined
}

export interface CliWorld {
  readonly stdout: TextOutput
  readonly stderr: TextOutput
  /** Standard output where it is a terminal. */
  readonly terminal: Terminal | undefined
  readonly stdin: TextInput
  /** Standard input where it is a terminal. */
  readonly keyboard: NodeJS.ReadStream | undefined
  readonly env: CliEnvironment
  /** Relative paths are relative to it. */
  readonly workingDir: string
  readonly clock: Clock
  readonly startPeer: (options: PeerOptions) => Promise<Peer>
  /** Looks at this machine and the cluster, for `peer doctor`. */
  readonly examine: (options: DoctorOptions) => Promise<readonly Diagnosis[]>
  /** Starts `peer <args>` as a process of its own in `workingDir`. */
  readonly spawnPeer: (args: readonly string[], workingDir: string) => PeerProcess
  /** Shows the file at this absolute path with the system's own viewer. @throws MurmurationError ERR_USAGE */
  readonly openViewer: (path: string) => Promise<void>
  /** Calls `listener` on each SIGINT, SIGTERM and loss of a parent process; returns the way to stop. */
  readonly onInterrupt: (listener: () => void) => () => void
  /** Calls `listener` when the process is about to die of an error or to exit; it must not wait. Returns the way to stop. */
  readonly onCrash: (listener: () => void) => () => void
  /** Keeps what is written to standard error back while a terminal is drawn on; what it returns lets it go. */
  readonly holdStderr: () => () => void
  /** Ends the process now. */
  readonly exitNow: (exitCode: number) => void
}
