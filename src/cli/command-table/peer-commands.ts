/** Commands that start peers. */

import { MAX_DELAY_MS, MAX_DEMO_PEERS, MAX_TYPED_SLOTS } from '../../base/limits.ts'
import { negative, optional, toggle, withDefault } from '../flags.ts'
import { duration, integer, listenAddress, peerName, probabilityOrAuto } from '../value-kinds.ts'
import type { CommandSpec } from './command-spec.ts'
import { ISOLATE_FLAG, MAX_PIXELS_FLAG, METRICS_FLAG, SEED, SIMD_FLAG, TASK_TIMEOUT_FLAG } from './shared-flags.ts'

export const PEER_COMMANDS = {
  start: {
    summary: 'Start a peer that runs tasks for others',
    flags: {
      load: withDefault(
        probabilityOrAuto,
        0,
        '0',
        'Load probability: how likely this peer refuses or delays a task; auto follows what other programs use of the CPU',
      ),
      delay: withDefault(duration(0, MAX_DELAY_MS), 3000, '3s', 'How long a delayed task sleeps before it runs'),
      slots: optional(
        integer(1, MAX_TYPED_SLOTS),
        "the machine's parallelism",
        'Tasks run at once, each on its own worker',
      ),
      name: optional(peerName, 'host name + 4 letters', 'Name that others see'),
      listen: optional(
        listenAddress,
        '/ip4/127.0.0.1/tcp/4601, next free port up',
        'Address to listen on; port 0 takes any free port',
      ),
      lan: toggle('Listen on all interfaces and announce by mDNS, for peers on other machines'),
      insecure: toggle('Use no cluster key; only on a loopback address'),
      maxPixels: MAX_PIXELS_FLAG,
      taskTimeout: TASK_TIMEOUT_FLAG,
      metrics: METRICS_FLAG,
      seed: optional(SEED, "derived from the peer's id", 'Seed of the draws that refuse and delay'),
      simd: SIMD_FLAG,
      isolate: ISOLATE_FLAG,
      tui: negative('Plain lines instead of the dashboard'),
    },
    notes: [
      'On a terminal it shows the dashboard; ? there shows the keys, q quits.',
      'Ends by Ctrl-C: it announces that it leaves and finishes its tasks (5 s at most). Twice: at once.',
    ],
    examples: ['peer start --load 0.3', 'peer start --load auto --lan --name attic'],
  },
  demo: {
    summary: 'Show the cluster on this machine: peers as processes, photos, random against balanced',
    flags: {
      peers: withDefault(
        integer(1, MAX_DEMO_PEERS),
        4,
        '4',
        'Peers to start, with load probabilities .1 .5 .2 .9 in turn',
      ),
    },
    notes: [
      'Uses data/images, writes to data/output_dir/random and data/output_dir/balanced, and keeps apart from other peers.',
    ],
    examples: ['peer demo', 'peer demo --peers 6'],
  },
} satisfies Record<string, CommandSpec>
