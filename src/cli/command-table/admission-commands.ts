/** Commands that decide who belongs to the cluster: its key, and invitations. */

import { DEFAULT_KEY_OVERLAP_MS, MAX_KEY_OVERLAP_MS, MIN_KEY_OVERLAP_MS } from '../../base/limits.ts'
import { optional, toggle } from '../flags.ts'
import { duration, durationText } from '../value-kinds.ts'
import type { CommandSpec } from './command-spec.ts'

export const ADMISSION_COMMANDS = {
  key: {
    summary: 'Show which cluster key is in use (its file and fingerprint, never the key), or make a new one',
    flags: {
      rotate: toggle('Make a new cluster key; running peers with this key file notice it and accept both for a time'),
      for: optional(
        duration(MIN_KEY_OVERLAP_MS, MAX_KEY_OVERLAP_MS),
        durationText(DEFAULT_KEY_OVERLAP_MS),
        'How long --rotate goes on accepting the key before',
      ),
      now: toggle('Accept no key but the current one, from now on, and close what an older one opened'),
    },
    notes: [
      'A new key does not travel over the cluster: other machines get it by peer invite here and peer join there.',
      'After a theft: peer key --rotate --now here, then invite every machine that is still yours.',
    ],
    examples: ['peer key', 'peer key --rotate', 'peer key --rotate --for 2h', 'peer key --rotate --now'],
  },
  invite: {
    summary: 'Print one line with which another machine joins: addresses and key',
    flags: {},
    notes: ['The line is a secret: whoever has it can join. It needs a running peer that was started with --lan.'],
    examples: ['peer invite | ssh other-machine peer join'],
  },
  join: {
    summary: 'Join a cluster with the line of peer invite, read from standard input',
    flags: {
      replace: toggle('Replace a different cluster key that is already there'),
    },
    examples: ['peer join < invitation.txt'],
  },
} satisfies Record<string, CommandSpec>
