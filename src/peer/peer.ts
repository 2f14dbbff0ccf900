/** The typed API of a member of the cluster: what the CLI does, a program can do. start-peer.ts builds it. */

import type { JobId, PeerId } from '../base/ids.ts'
import type { OutputFormat } from '../protocol/messages.ts'
import type { StrategyName } from './coordinator/strategies/index.ts'
import type { JobEvent, JobSummary } from './job-events.ts'
import type { DialProblem } from './node/cluster-node.ts'
import type { ClusterSnapshot } from './snapshot.ts'

export interface ExecutorOptions {
  /** Load probability in [0, 1], or `auto` to follow what other programs use of this machine's CPU. Default 0. */
  readonly load?: number | 'auto'
  /** The injected sleep. Default 3000. */
  readonly delayMs?: number
  /** Tasks run at once, each on its own worker. Default: the machine's parallelism. */
  readonly slots?: number
  /** Images with more pixels are refused. Default 50,000,000. */
  readonly maxPixels?: number
  /** A task that runs longer ends its worker. Default 60000. */
  readonly taskTimeoutMs?: number
  /** Seed of the load draws. Default: derived from the peer's id. */
  readonly seed?: number
}

export interface PeerOptions {
  /** Default: host name + 4 letters, kept with the identity. */
  readonly name?: string
  /** Default: the user's data folder by OS convention. One sub-folder per peer name. */
  readonly dataDir?: string
  /** Has to exist. Default: `cluster.key` in the data folder, made at the first start. */
  readonly keyFile?: string
  /** Multiaddr to listen on. Default `/ip4/127.0.0.1/tcp/4601`, next free port up; port 0 takes any. */
  readonly listen?: string
  /** Listen on all interfaces and announce by mDNS. Default false. */
  readonly lan?: boolean
  /** Default true where `lan` is; false never announces. */
  readonly mdns?: boolean
  /** No cluster key. Only with a loopback `listen`. Default false. */
  readonly insecure?: boolean
  /** Multiaddrs to dial at the start. */
  readonly bootstrap?: readonly string[]
  /**
   * Workers are processes instead of threads: an image that crashes a decoder, or takes too much memory, ends one worker and not
   * this process. A process takes about 200 MB with photos. What this peer's own jobs need besides (headers of files, huge
   * images decoded and encoded) is done in processes too. Default false.
   */
  readonly isolate?: boolean
  /** `false` makes an observer. Default: an executor with default options. */
  readonly executor?: ExecutorOptions | false
  /** Uses SIMD kernels where the machine has SIMD; pixels are the same without, only later. Default true. */
  readonly simd?: boolean
  /**
   * Serves metrics for Prometheus at `http://127.0.0.1:<port>/metrics` until the peer stops, on loopback only; 0 takes any free
   * port. Default: none.
   */
  readonly metricsPort?: number
  /** One sentence for a person, such as that another name or port was taken. */
  onNotice?(sentence: string): void
}

export interface SubmitOptions {
  /** Default `balanced`. */
  readonly strategy?: StrategyName
  /** Pipeline text. Default `edges`. */
  readonly pipeline?: string
  /** Path of the ONNX file that a pipeline with `dnn` runs. */
  readonly model?: string
  /** Output folder. Default `data/output_dir`. */
  readonly out?: string
  readonly overwrite?: boolean
  /** Only images that failed when they were tried last, with these paths, pipeline, seed and folder. Default false. */
  readonly retryFailed?: boolean
  readonly format?: OutputFormat
  /** 1 to 100. Default 90. */
  readonly quality?: number
  /**
   * Outputs carry EXIF (the place where a photo was taken too), XMP, IPTC and resolution of their inputs, as far as their
   * format can. Default false: none of it, which gives nothing away.
   */
  readonly keepMetadata?: boolean
  /** Default 1. */
  readonly seed?: number
  /** Globs on relative paths. */
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  /** Suffix of output names instead of the pipeline's own. */
  readonly suffix?: string
  /** How long to wait for a first executor. Default 3000. */
  readonly waitMs?: number
  /** How long a job may stand still before it stops. Default 60000. */
  readonly giveUpMs?: number
  /** Whether this peer's own executor takes part: `auto` (default) only when nobody else does. */
  readonly local?: 'auto' | 'always' | 'never'
  /** Re-run the slowest tasks on idle peers at the end; only `balanced` does. Default true. */
  readonly hedge?: boolean
  /**
   * Share of the tasks, in [0, 1], that a second peer runs too, by their seeds. Where the results differ a third decides; a
   * peer whose results were wrong is asked for nothing more in this job, and what it did is done again. Default 0.
   */
  readonly verify?: number
  /**
   * Images with a side above this many pixels (64 to 4096) are done in tiles of it; `auto` chooses the size, and takes only
   * images of more than 50,000,000 pixels. Default: none are.
   */
  readonly tile?: number | 'auto'
  /** Accepts seams where an operation looks at the whole image and has no exact way in tiles. Default false. */
  readonly approximateTiles?: boolean
  /** Plan only: events `planned` and summary, nothing is sent or written. */
  readonly dryRun?: boolean
  /**
   * Paths are folders, and images are processed as they appear or change there, until `signal` ends the watch: then what is out
   * at peers is finished (at most 5 s). Not with `tile`, `verify` and `dryRun`. Default false.
   */
  readonly watch?: boolean
  /**
   * Aborting interrupts the job: outcome `interrupted`, exit code 130. It is how a watch ends: then only if images that had
   * appeared were left.
   */
  readonly signal?: AbortSignal
}

/** A running job: iterate it once for its events; the last one is the summary. */
export interface Submission extends AsyncIterable<JobEvent> {
  /** Settles when the job has ended, also when nobody iterates. Rejects when the job could not be planned. */
  readonly summary: Promise<JobSummary>
}

export interface Peer {
  readonly id: PeerId
  readonly name: string
  /** Multiaddrs, with the peer id, that others can dial. */
  readonly addresses: readonly string[]
  /** Where metrics are served; undefined without `metricsPort`. */
  readonly metricsUrl: string | undefined
  submit(paths: string | readonly string[], options?: SubmitOptions): Submission
  snapshot(): ClusterSnapshot
  /** Calls `listener` when the snapshot may have changed; returns the way to stop. */
  onChange(listener: () => void): () => void
  /** Configured and joined addresses that could not be dialled, and why: a wrong key is told apart from an unreachable peer. */
  dialProblems(): readonly DialProblem[]
  /** Resolves true once `count` other executors are alive, false when `withinMs` pass first. */
  waitForExecutors(count: number, withinMs: number): Promise<boolean>
  setLoadProbability(probability: number): void
  pause(): void
  resume(): void
  /** Takes no further tasks for good, finishes those it has (at most `withinMs`), and stays in the cluster. */
  drain(withinMs: number): Promise<void>
  /** Interrupts a job that this peer coordinates; it can be continued. False when no such job runs. */
  cancelJob(job: JobId): boolean
  /**
   * Submits a finished job of this peer or of its history again: what is done is skipped, so only failures and what was
   * left are tried. Undefined when the job is not known, still runs, or had more paths than the history keeps.
   */
  retryJob(job: JobId): Submission | undefined
  /** Leaves the cluster: announces it, finishes or hands back tasks (at most 5 s). `atOnce` drops them. Idempotent. */
  stop(options?: { atOnce?: boolean }): Promise<void>
}
