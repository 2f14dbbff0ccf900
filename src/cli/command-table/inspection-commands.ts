/** Commands that only look: at the cluster, at what may be wrong with it, at jobs that ended, at the operations. */

import { MAX_HISTORY_FILES, MAX_PATIENCE_MS, MAX_TYPED_SLOTS } from '../../base/limits.ts'
import { negative, optional, toggle, withDefault } from '../flags.ts'
import { duration, integer, listenAddress, path } from '../value-kinds.ts'
import type { CommandSpec } from './command-spec.ts'
import { DEFAULT_OUT, MAX_PIXELS_FLAG } from './shared-flags.ts'

export const INSPECTION_COMMANDS = {
  status: {
    summary: 'Show the peers and jobs of the cluster (exit code 3 when nobody answers)',
    flags: {
      wait: withDefault(duration(0, MAX_PATIENCE_MS), 3000, '3s', 'How long to wait for an answer'),
    },
    examples: ['peer status', 'peer status --json'],
  },
  doctor: {
    summary: 'Say in plain words why a peer is missing or slow (exit code 1 when there is a problem)',
    flags: {
      wait: withDefault(duration(0, MAX_PATIENCE_MS), 2500, '2500ms', 'How long to listen for peers'),
      out: optional(path('DIR'), DEFAULT_OUT, 'Output folder to try, as given to submit'),
      listen: optional(listenAddress, '/ip4/127.0.0.1/tcp/4601', 'Address to try, as given to start'),
      lan: toggle('Look for peers on all interfaces and by mDNS, as start --lan does'),
      slots: optional(
        integer(1, MAX_TYPED_SLOTS),
        "the machine's parallelism",
        'Slots to reckon with where no peer runs here',
      ),
      maxPixels: MAX_PIXELS_FLAG,
    },
    notes: [
      'It looks for some seconds, as an observer with a port of its own; running peers go on undisturbed.',
      'Run it on both machines of which one does not see the other.',
    ],
    examples: ['peer doctor', 'peer doctor --lan --out /mnt/photos/out', 'peer doctor --json'],
  },
  top: {
    summary: 'Show the cluster live: the dashboard of peer start, as an observer',
    flags: {
      wait: withDefault(
        duration(0, MAX_PATIENCE_MS),
        1000,
        '1s',
        'How long to look for peers before the first picture',
      ),
      tui: negative('Plain lines instead of the dashboard: the status once, then what happens'),
    },
    notes: ['? in the dashboard shows its keys. Off a terminal: the status once, then a line for whatever happens.'],
    examples: ['peer top', 'peer top --no-tui'],
  },
  jobs: {
    summary: 'List the jobs that ended, or show one in full; no peer has to run',
    argument: { name: 'ID', isRequired: false, isVariadic: false, sentence: 'the first digits of its id' },
    flags: {},
    notes: [
      `They are files of the data folder, written by whoever coordinated; the last ${MAX_HISTORY_FILES} are kept.`,
    ],
    examples: ['peer jobs', 'peer jobs 3fa2', 'peer jobs --json'],
  },
  ops: {
    summary: 'List the operations, or explain one',
    argument: { name: 'NAME', isRequired: false, isVariadic: false, sentence: 'operation to explain' },
    flags: {},
    examples: ['peer ops', 'peer ops crop'],
  },
} satisfies Record<string, CommandSpec>
