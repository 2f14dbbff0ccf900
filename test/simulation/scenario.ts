/** The words of a scenario: peers, jobs, and what goes wrong. draw-scenario.ts makes one of a seed. */

import type { StrategyName } from '../../src/peer/coordinator/strategies/index.ts'
import type { ImagePlan, JobKind } from './images.ts'
import type { NetworkTraits } from './network.ts'

/**
 * liar: other pixels for some or all tasks, signed. forger: digests that do not fit. rude: frames against the rules. garbler: broken
 * bytes. holder: as many tasks as it has slots take it half an hour, and it says all the while that it holds them.
 */
export type Character = 'honest' | 'liar' | 'forger' | 'rude' | 'garbler' | 'holder'

export interface PeerPlan {
  readonly name: string
  readonly role: 'executor' | 'observer'
  readonly startAtMs: number
  readonly slots: number
  /** Work of 1 ms takes 1 / speed. */
  readonly speed: number
  readonly load: number
  readonly delayMs: number
  readonly bytesPerMs: number
  readonly character: Character
  /** Share of its tasks that a liar lies about. */
  readonly lies: number
  /** It names the digest of the right pixels all the same. */
  readonly hidesLies: boolean
}

export interface JobPlan {
  readonly name: string
  /** Index of the peer that submits it. */
  readonly coordinator: number
  readonly startAtMs: number
  readonly kind: JobKind
  readonly images: readonly ImagePlan[]
  /** Side of a tile, where images are done in tiles: those that are larger. */
  readonly tilePx: number
  /** Share of the tasks that a second peer checks. */
  readonly verify: number
  readonly strategy: StrategyName
  readonly hedge: boolean
  readonly local: 'auto' | 'never' | 'always'
  readonly waitMs: number
  readonly giveUpMs: number
  /** Who reads the events takes so long over each; 0: at once. */
  readonly readerPauseMs: number
}

export type Fault =
  | { readonly kind: 'crash'; readonly peer: number; readonly isPowerLoss: boolean; readonly downMs: number }
  | { readonly kind: 'stop'; readonly peer: number; readonly forMs: number }
  | { readonly kind: 'partition'; readonly side: readonly number[]; readonly forMs: number }
  | { readonly kind: 'cut'; readonly peer: number; readonly lateMs: number }
  | { readonly kind: 'slow'; readonly peer: number; readonly factor: number; readonly forMs: number }
  | { readonly kind: 'pause'; readonly peer: number; readonly forMs: number }
  | { readonly kind: 'leave'; readonly peer: number; readonly awayMs: number }
  | { readonly kind: 'load'; readonly peer: number; readonly probability: number }
  | { readonly kind: 'slow-disk'; readonly peer: number; readonly latencyMs: number; readonly forMs: number }
  | { readonly kind: 'failing-disk'; readonly peer: number; readonly share: number; readonly forMs: number }
  | { readonly kind: 'full-disk'; readonly peer: number; readonly leftBytes: number; readonly forMs: number }
  | { readonly kind: 'interrupt'; readonly job: number }
  | { readonly kind: 'twice'; readonly job: number }
export type TimedFault = Fault & { readonly atMs: number }

export interface Scenario {
  readonly seed: number
  readonly peers: readonly PeerPlan[]
  readonly jobs: readonly JobPlan[]
  readonly network: NetworkTraits
  readonly faults: readonly TimedFault[]
  /** Nothing new goes wrong from then on. */
  readonly calmAtMs: number
}

/** A scenario in a few lines, for whoever looks at a failing seed. */
export function describeScenario({ seed, peers, jobs, network, faults }: Scenario): string {
  const peerLines = peers.map(
    ({ name, startAtMs, slots, speed, load, character, lies, hidesLies }) =>
      `  ${name}: at ${startAtMs} ms, ${slots} slots, speed ${speed}, load ${load}, ${character}${character === 'liar' ? ` about ${lies}${hidesLies ? ', hidden' : ''}` : ''}`,
  )
  const jobLines = jobs.map((job) => {
    const { name, coordinator, startAtMs, kind, images, strategy, hedge, verify, local, waitMs, giveUpMs } = job
    const bad = images.filter((image) => image.kind !== 'good').map((image) => `${image.path} ${image.kind}`)
    const badText = bad.length > 0 ? `; ${bad.join(', ')}` : ''
    const kindText = kind === 'tiles' ? `images in tiles of ${job.tilePx} px` : kind
    return `  ${name}: by ${peers[coordinator]?.name} at ${startAtMs} ms, ${images.length} ${kindText}, ${strategy}, hedge ${hedge}, verify ${verify}, local ${local}, wait ${waitMs}, give up ${giveUpMs}${badText}`
  })
  const faultLines = faults.map(({ atMs, ...fault }) => `  ${atMs} ms: ${JSON.stringify(fault)}`)
  const networkLine = `  ${JSON.stringify(network)}`
  return [
    `seed ${seed}`,
    'network',
    networkLine,
    'peers',
    ...peerLines,
    'jobs',
    ...jobLines,
    'faults',
    ...faultLines,
  ].join('\n')
}
