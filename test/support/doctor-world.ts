/** A machine and a cluster for the doctor in which all is well, and whatever a test says otherwise. */

import { systemClock } from '../../src/base/clock.ts'
import { peerId } from '../../src/base/ids.ts'
import type { Check, Finding } from '../../src/peer/doctor/check.ts'
import type { DoctorOptions, DoctorWorld, Sight } from '../../src/peer/doctor/world.ts'
import type { RunningPeer } from '../../src/peer/identity/running-peers.ts'
import { peerSnapshot } from './sample-events.ts'

export interface DoctorScript {
  readonly options?: Partial<DoctorOptions>
  readonly machine?: Partial<DoctorWorld['machine']>
  readonly files?: Partial<DoctorWorld['files']>
  readonly network?: Partial<DoctorWorld['network']>
  readonly sight?: Partial<Extract<Sight, { kind: 'seen' }>> | Extract<Sight, { kind: 'blind' }>
  readonly running?: readonly RunningPeer[]
  readonly named?: readonly string[]
  readonly wallTime?: number
  keyFingerprint?(): Promise<string | undefined>
}

export const PROGRAM = { version: '0.1.0', pixelVersion: 'test', operationsHash: '0123456789abcdef' }

export function doctorWorld(script: DoctorScript = {}): DoctorWorld {
  const wallTime = script.wallTime ?? Date.UTC(2026, 10, 22)
  const sight: Sight =
    script.sight && 'kind' in script.sight && script.sight.kind === 'blind'
      ? script.sight
      : {
          kind: 'seen',
          self: { id: peerId('12D3KooWSelf'), name: 'doctor', ...PROGRAM },
          peers: [peerSnapshot({ name: 'attic' })],
          dialProblems: [],
          conflicts: [],
          remembered: [],
          ...script.sight,
        }
  return {
    options: {
      dataDir: '/home/ann/murmuration',
      keyFile: '/home/ann/murmuration/cluster.key',
      isKeyFileNamed: false,
      bootstrap: [],
      out: '/home/ann/out',
      isOutNamed: true,
      listen: undefined,
      lan: false,
      mdns: true,
      slots: undefined,
      maxPixels: undefined,
      waitMs: 2500,
      ...script.options,
    },
    clock: { ...systemClock, wallTime: () => wallTime },
    machine: {
      nodeVersion: '24.21.0',
      parallelism: 4,
      cores: 4,
      cpuLimit: async () => undefined,
      memoryBytes: () => 16 * 1024 ** 3,
      cpuUse: async () => ({ others: 0.1, peers: 0, timerDelayMs: 1 }),
      ...script.machine,
    },
    files: {
      stat: async () => ({ isFolder: true, mode: 0o700 }),
      tryWriting: async () => ({ writtenAt: wallTime }),
      freeBytes: async () => 100 * 1024 ** 3,
      list: async () => [],
      lockHolder: async () => undefined,
      ...script.files,
    },
    network: {
      connect: async () => 'open',
      listen: async () => 'free',
      interfaces: () => [{ name: 'eth0', address: '192.168.1.20' }],
      multicast: async () => 'heard',
      ...script.network,
    },
    keyFingerprint: script.keyFingerprint ?? (async () => 'abcd-1234'),
    running: async () => script.running ?? [],
    named: async () => script.named ?? [],
    sight: async () => sight,
  }
}

/** As the doctor prints them: `problem: sentence → advice`. */
export async function findingsOf(check: Check, script: DoctorScript = {}): Promise<readonly string[]> {
  const findings = await check.run(doctorWorld(script))
  return findings.map(findingText)
}

export const findingText = ({ level, sentence, advice }: Finding): string =>
  advice === undefined ? `${level}: ${sentence}` : `${level}: ${sentence} → ${advice}`

/** An error as the file system throws it. */
export const fileError = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code })
