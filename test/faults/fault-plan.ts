/**
 * What happens to a cluster while it works, and when: a pure function of a form and a seed. The moments are counted in finished
 * images, so that a slow machine meets the same faults as a fast one.
 */

import { createRandom, type Random, randomIndex } from '../../src/base/random.ts'

export interface FaultForm {
  readonly peers: number
  readonly images: number
  /** Killed for good, of `peers`. */
  readonly killedPeers: number
  /** How often a peer is stopped and continued. */
  readonly stops: number
  readonly coordinatorKills: number
  readonly networkFaults: number
}

const FORMS = {
  full: { peers: 20, images: 2_000, killedPeers: 10, stops: 15, coordinatorKills: 8, networkFaults: 60 },
  short: { peers: 6, images: 300, killedPeers: 2, stops: 4, coordinatorKills: 3, networkFaults: 18 },
} as const satisfies Record<string, FaultForm>

/** FAULTS=short is what `.ci/run` takes; FAULTS_SEED repeats a run. The only place that reads them. */
export function chosenFaults(): { readonly form: FaultForm; readonly seed: number } {
  const { FAULTS: name = 'full', FAULTS_SEED: seed = Date.now() % 2 ** 31 } = process.env
  if (name !== 'full' && name !== 'short') throw new Error(`FAULTS expects full or short, got ${name}`)
  return { form: FORMS[name], seed: Number(seed) }
}

/** Of the connections that a process dials, for a time. */
export const NETWORK_FAULTS = ['lag', 'narrow', 'flip', 'hold', 'reset', 'cut'] as const
export type NetworkFault = (typeof NETWORK_FAULTS)[number]

/** Peers are counted from 0. */
export type Act =
  | { readonly kind: 'kill'; readonly peer: number }
  | { readonly kind: 'stop'; readonly peer: number; readonly forMs: number }
  /** `nextLifeMs`: the one that is started instead is killed too, so long after its start. */
  | { readonly kind: 'kill-coordinator'; readonly nextLifeMs: number | undefined }
  | {
      readonly kind: 'network'
      readonly whose: number | 'coordinator'
      readonly fault: NetworkFault
      readonly forMs: number
    }

export interface PlannedAct {
  readonly afterImages: number
  readonly act: Act
}

const MAX_STOP_MS = 8_000
const MAX_NETWORK_FAULT_MS = 4_000
const MAX_NEXT_LIFE_MS = 3_000
/** Of all images: later there is too little left for a fault to matter. */
const LATEST = 0.95

/** In the order in which they happen. */
export function planFaults(form: FaultForm, seed: number): readonly PlannedAct[] {
  const random = createRandom(`faults ${seed}`)
  const upTo = (max: number): number => Math.round(random.next() * max)
  const acts: Act[] = [
    ...chosenPeers(form, random).map((peer): Act => ({ kind: 'kill', peer })),
    ...times(form.stops, (): Act => {
      return { kind: 'stop', peer: randomIndex(random, form.peers), forMs: upTo(MAX_STOP_MS) }
    }),
    ...times(form.coordinatorKills, (index): Act => {
      return { kind: 'kill-coordinator', nextLifeMs: index % 2 === 0 ? undefined : upTo(MAX_NEXT_LIFE_MS) }
    }),
    ...times(form.networkFaults, (index): Act => {
      return {
        kind: 'network',
        // most connections with tasks on them are the coordinator's own
        whose: index % 2 === 0 ? 'coordinator' : randomIndex(random, form.peers),
        fault: NETWORK_FAULTS[(index >> 1) % NETWORK_FAULTS.length] ?? 'reset',
        forMs: upTo(MAX_NETWORK_FAULT_MS),
      }
    }),
  ]
  return acts
    .map((act) => ({ afterImages: upTo(form.images * LATEST), act }))
    .sort((a, b) => a.afterImages - b.afterImages)
}

function chosenPeers({ peers, killedPeers }: FaultForm, random: Random): readonly number[] {
  const left = times(peers, (peer) => peer)
  return times(killedPeers, () => left.splice(randomIndex(random, left.length), 1)).flat()
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
