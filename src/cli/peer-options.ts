/** The flags of every command -> the options with which this process joins the cluster. */

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { faultOfAddress, parseBootstrap } from '../peer/identity/bootstrap-list.ts'
import { type DataDirectory, dataDirectory } from '../peer/identity/data-directory.ts'
import type { ClusterKeys } from '../peer/identity/key-content.ts'
import { openKeys } from '../peer/identity/key-file.ts'
import type { PeerOptions } from '../peer/peer.ts'
import { escapeControls } from '../tui/text/escape.ts'
import type { CommandContext } from './command-context.ts'
import { expected } from './read-values.ts'

const DEFAULT_BOOTSTRAP_FILE = 'bootstrap.txt'

/** The start of an address; anything else in --bootstrap is the name of a file. */
export const ADDRESS_START = /^\/(ip4|ip6|dns|dns4|dns6)\//

/**
 * Reads the bootstrap lists on the way; their bad lines become notices, the good ones are used.
 * @param isScreenTaken whether lines would land in the middle of a dashboard, which shows notices in its own log
 * @throws MurmurationError ERR_USAGE for a --bootstrap that is neither a file nor an address
 */
export function peerOptions(context: CommandContext, isScreenTaken: () => boolean = () => false): PeerOptions {
  const { globals, output } = context
  const bootstrap = bootstrapAddresses(context)
  return {
    ...(globals.dataDir === undefined ? {} : { dataDir: inWorkingDir(context, globals.dataDir) }),
    ...(globals.keyFile === undefined ? {} : { keyFile: inWorkingDir(context, globals.keyFile) }),
    ...(globals.mdns ? {} : { mdns: false }),
    ...(bootstrap.length === 0 ? {} : { bootstrap }),
    onNotice: (sentence) => {
      if (isScreenTaken()) output.record(escapeControls(sentence))
      else output.notice(escapeControls(sentence))
    },
  }
}

/** Where this user's key and identities are, by --data-dir and --key-file. */
export function dataPlaces(context: CommandContext): { readonly directory: DataDirectory; readonly keyFile: string } {
  const { dataDir, keyFile } = context.globals
  const directory = dataDirectory(dataDir === undefined ? undefined : inWorkingDir(context, dataDir))
  return { directory, keyFile: keyFile === undefined ? directory.keyFile : inWorkingDir(context, keyFile) }
}

/** The cluster keys in use. @throws MurmurationError ERR_KEY, ERR_DATA_DIR */
export function usedKeys(context: CommandContext): Promise<ClusterKeys> {
  const { directory, keyFile } = dataPlaces(context)
  return openKeys(context.globals.keyFile === undefined ? undefined : keyFile, directory.keyFile)
}

export const inWorkingDir = (context: CommandContext, path: string): string => resolve(context.world.workingDir, path)

/** Addresses of --bootstrap or bootstrap.txt; bad lines become notices. @throws MurmurationError ERR_USAGE */
export function bootstrapAddresses(context: CommandContext): readonly string[] {
  const given = context.globals.bootstrap
  if (given.length > 0) return given.flatMap((entry) => addressesOf(context, entry))
  return existsSync(inWorkingDir(context, DEFAULT_BOOTSTRAP_FILE)) ? addressesOf(context, DEFAULT_BOOTSTRAP_FILE) : []
}

function addressesOf(context: CommandContext, entry: string): readonly string[] {
  if (ADDRESS_START.test(entry)) {
    if (faultOfAddress(entry) === undefined) return [entry]
    throw expected('--bootstrap', 'an address like /ip4/192.168.1.20/tcp/4601', entry)
  }
  const { addresses, problems } = parseBootstrap(readList(context, entry), entry)
  for (const problem of problems) context.output.notice(problem.message)
  return addresses
}

function readList(context: CommandContext, file: string): string {
  try {
    return readFileSync(inWorkingDir(context, file), 'utf8')
  } catch {
    throw expected('--bootstrap', 'a file that can be read, or an address like /ip4/192.168.1.20/tcp/4601', file)
  }
}
