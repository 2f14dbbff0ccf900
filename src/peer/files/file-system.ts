/**
 * What the output side of a job asks of the disk and of the process that writes, so that the same code runs on the simulation's
 * disk: full, slow, and cut off at any moment. Names and errors are those of node:fs/promises.
 */

import { createReadStream } from 'node:fs'
import {
  access,
  appendFile,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { hostname } from 'node:os'
import { STITCH_CHUNK_BYTES } from '../../base/limits.ts'
import { isProcessAlive } from '../identity/running-peers.ts'
import { makeFolder } from './make-folder.ts'

export interface FileFacts {
  readonly size: number
  readonly mtimeMs: number
  isFile(): boolean
}

/** A file that is open at its end, whatever happens to its name. */
export interface AppendHandle {
  /** A disk that gets full may take a part of it. */
  appendFile(text: string): Promise<void>
  close(): Promise<void>
}

export interface FileSystem {
  access(path: string, mode: number): Promise<void>
  /** Makes the folder and what is missing above it. */
  makeFolder(path: string): Promise<void>
  stat(path: string): Promise<FileFacts>
  realpath(path: string): Promise<string>
  readFile(path: string, encoding: 'utf8'): Promise<string>
  /** The file's bytes from `start` on, up to the one before `end`, in pieces. */
  read(path: string, options?: { readonly start?: number; readonly end?: number }): AsyncIterable<Uint8Array>
  /** With flag `wx` only where there is none. */
  writeFile(
    path: string,
    content: string | Uint8Array | Iterable<string> | AsyncIterable<Uint8Array>,
    options?: { readonly flag: 'wx' },
  ): Promise<void>
  /** A disk that gets full may take a part of it. */
  appendFile(path: string, text: string): Promise<void>
  /** Makes the file where there is none. */
  openToAppend(path: string): Promise<AppendHandle>
  /** Keeps so many bytes of its beginning. */
  truncate(path: string, sizeBytes: number): Promise<void>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  rm(path: string, options: { readonly force: true; readonly recursive?: boolean }): Promise<void>
}

/** Who writes an output folder, and what it can tell of others who do. */
export interface WritingProcess {
  readonly pid: number
  readonly host: string
  /** Jobs of this process that hold the lock of their folder, or are about to. */
  readonly lockingJobs: Set<string>
  /** Milliseconds since the Unix epoch. */
  wallTime(): number
  isAlive(pid: number): boolean
}

/** Where a job writes. */
export interface OutputWorld {
  readonly files: FileSystem
  readonly process: WritingProcess
}

export const systemFiles: FileSystem = {
  access,
  makeFolder: (path) => makeFolder(path),
  stat,
  realpath,
  readFile,
  read: (path, { start = 0, end = Number.POSITIVE_INFINITY } = {}) =>
    // `end` of a stream is inclusive
    createReadStream(path, { start, end: end - 1, highWaterMark: STITCH_CHUNK_BYTES }),
  writeFile,
  appendFile,
  openToAppend: (path) => open(path, 'a'),
  truncate,
  rename,
  unlink,
  rm,
}

export const systemOutput: OutputWorld = {
  files: systemFiles,
  process: {
    pid: process.pid,
    host: hostname(),
    lockingJobs: new Set(),
    wallTime: Date.now,
    isAlive: isProcessAlive,
  },
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

/** There is no file of that name. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(String(codeOf(error)))

/** The disk as a whole is at fault, not one file. */
export const isDiskAtFault = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'].includes(String(codeOf(error)))

/** Undefined only where there is no such file: what cannot be looked at may be there. @throws the file system's error */
export async function statIfThere(path: string, files: Pick<FileSystem, 'stat'>): Promise<FileFacts | undefined> {
  try {
    return await files.stat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
