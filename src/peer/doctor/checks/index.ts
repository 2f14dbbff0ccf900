/** All checks. Their order is that of what they find: a cause stands before what follows from it. */

import type { Check } from '../check.ts'
import { wallClock } from './clock.ts'
import { cpu } from './cpu.ts'
import { dataFolder } from './data-folder.ts'
import { executors } from './executors.ts'
import { identity } from './identity.ts'
import { keyFile } from './key-file.ts'
import { memory } from './memory.ts'
import { missingPeers } from './missing-peers.ts'
import { multicast } from './multicast.ts'
import { namedAddresses } from './named-addresses.ts'
import { nodeVersion } from './node-version.ts'
import { outputFolder } from './output-folder.ts'
import { port } from './port.ts'
import { speed } from './speed.ts'
import { versions } from './versions.ts'
import { wrongKey } from './wrong-key.ts'

export const CHECKS: readonly Check[] = [
  nodeVersion,
  dataFolder,
  keyFile,
  wrongKey,
  wallClock,
  versions,
  identity,
  namedAddresses,
  missingPeers,
  executors,
  port,
  outputFolder,
  cpu,
  memory,
  speed,
  multicast,
]
