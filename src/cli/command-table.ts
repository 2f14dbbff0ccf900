/**
 * Every command and flag, once. Help, validation, the README's command section and the types that commands receive all
 * come from here; a test compares the README with it.
 */

import {
  DEFAULT_KEY_OVERLAP_MS,
  DEFAULT_MAX_PIXELS,
  MAX_DELAY_MS,
  MAX_DEMO_PEERS,
  MAX_HISTORY_FILES,
  MAX_KEY_OVERLAP_MS,
  MAX_MAX_PIXELS,
  MAX_NAME_BYTES,
  MAX_PATIENCE_MS,
  MAX_REPEATS,
  MAX_TILE_PX,
  MAX_TYPED_SLOTS,
  MIN_KEY_OVERLAP_MS,
  MIN_PATIENCE_MS,
  MIN_TILE_PX,
} from '../base/limits.ts'
import { STRATEGY_NAMES } from '../peer/coordinator/strategies/index.ts'
import { OUTPUT_FORMATS } from '../protocol/messages.ts'
import {
  bareOrValue,
  either,
  type Flags,
  type FlagValues,
  negative,
  optional,
  repeatable,
  toggle,
  withDefault,
} from './flags.ts'
import {
  duration,
  durationText,
  fileNamePart,
  htmlFile,
  integer,
  listenAddress,
  listOf,
  oneOf,
  path,
  peerName,
  pixels,
  port,
  probabilityOrAuto,
  share,
  text,
  tileSide,
} from './value-kinds.ts'

export interface CommandSpec {
  readonly summary: string
  /** What it takes besides flags. */
  readonly argument?: {
    readonly name: string
    readonly isRequired: boolean
    readonly isVariadic: boolean
    readonly sentence: string
  }
  readonly flags: Flags
  /** Sentences below the flags in the help. */
  readonly notes?: readonly string[]
  readonly examples: readonly string[]
}

const GLOBAL_FLAGS = {
  json: toggle('Print machine-readable JSON on standard output, and errors as JSON on standard error'),
  color: negative('No colours and no live view: plain lines only, like NO_COLOR, TERM=dumb and CI in the environment'),
  quiet: toggle('Print results and errors only'),
  logFile: optional(path('FILE'), '', 'Append every event, one line each, to this file'),
  dataDir: optional(
    path('DIR'),
    "the user's data folder",
    'Where cluster key, identities, known peers and finished jobs are kept',
  ),
  keyFile: optional(path('FILE'), 'cluster.key in the data folder', 'Cluster key to use'),
  bootstrap: repeatable(
    text('FILE|ADDR', 'a file or an address like /ip4/192.168.1.20/tcp/4601'),
    'bootstrap.txt if present',
    'Addresses of peers to dial at the start, or a file with one a line',
  ),
  mdns: negative('Neither announce this peer by mDNS nor listen for others'),
} satisfies Flags

/** The mission's own example. */
export const DEFAULT_PIPELINE = 'edges'
/** Relative to the working folder. */
export const DEFAULT_OUT = 'data/output_dir'

const SEED = integer(0, Number.MAX_SAFE_INTEGER)

/** For commands that may run tasks themselves. */
const SIMD = negative('Run OpenCV without the SIMD kernels; slower, the pixels are the same')

const METRICS_FLAG = optional(
  port,
  'none',
  'Serve metrics for Prometheus at http://127.0.0.1:PORT/metrics while it runs; 0 takes any free port',
)

const ISOLATE = toggle(
  'Run each worker, and all else that decodes or encodes image files, as a process of its own: an image that crashes one ends that and not the peer',
)

const START_FLAGS = {
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
  maxPixels: withDefault(pixels(1, MAX_MAX_PIXELS), DEFAULT_MAX_PIXELS, '50MP', 'Refuse larger images'),
  taskTimeout: withDefault(
    duration(MIN_PATIENCE_MS, MAX_PATIENCE_MS),
    60_000,
    '60s',
    'End a worker whose task runs longer',
  ),
  metrics: METRICS_FLAG,
  seed: optional(SEED, "derived from the peer's id", 'Seed of the draws that refuse and delay'),
  simd: SIMD,
  isolate: ISOLATE,
  tui: negative('Plain lines instead of the dashboard'),
} satisfies Flags

/** What to do; DEFAULT_PIPELINE when neither is given. */
const PIPELINE_FLAGS = {
  op: optional(
    text('PIPELINE', 'operations like edges or "grayscale | edges:low=20"'),
    DEFAULT_PIPELINE,
    'What to do with each image; peer ops lists the operations',
  ),
  pipeline: optional(path('FILE'), '', 'Read the pipeline from this file instead: a list of steps in YAML or JSON'),
  model: optional(path('FILE'), '', 'The neural network (ONNX) that a pipeline with dnn runs'),
} satisfies Flags

const JOB_FLAGS = {
  ...PIPELINE_FLAGS,
  out: withDefault(path('DIR'), DEFAULT_OUT, DEFAULT_OUT, 'Output folder'),
  suffix: optional(
    fileNamePart('TEXT', MAX_NAME_BYTES),
    "the operation's own",
    'Put this behind the name of each output',
  ),
  overwrite: toggle('Replace files in the output folder that no journal line explains'),
  format: withDefault(oneOf('F', OUTPUT_FORMATS), 'keep', 'keep', `Output format: ${OUTPUT_FORMATS.join(', ')}`),
  quality: withDefault(integer(1, 100), 90, '90', 'Quality of jpg, webp and avif outputs, 1 to 100'),
  keepMetadata: toggle(
    'Keep EXIF (where a photo was taken, GPS, is in it), XMP and IPTC as far as the output format holds them; default: all stripped',
  ),
  seed: withDefault(SEED, 1, '1', 'Seed of operations that draw random numbers'),
  include: repeatable(text('GLOB', 'a glob like "holiday/**"'), '', 'Only images whose relative path matches'),
  exclude: repeatable(text('GLOB', 'a glob like "**/thumbs/*"'), '', 'No images whose relative path matches'),
  dryRun: toggle('Show what would be done; send and write nothing'),
  wait: withDefault(duration(0, MAX_PATIENCE_MS), 3000, '3s', 'How long to wait for a first executor'),
  giveUp: withDefault(
    duration(MIN_PATIENCE_MS, MAX_PATIENCE_MS),
    60_000,
    '60s',
    'Stop with exit code 3 when the job stood still this long',
  ),
  tile: optional(
    tileSide(MIN_TILE_PX, MAX_TILE_PX),
    'no image is split',
    'Split images with longer sides into tiles of N px over the cluster; auto splits only what is above 50 MP',
  ),
  approximateTiles: toggle('Also split for operations that look at the whole image and would show seams'),
  local: either(
    'Use an executor of this process from the start',
    'Never use one, even when nobody else is there (exit code 3)',
    'only when nobody else is there',
  ),
  isolate: ISOLATE,
  hedge: either(
    'Run the slowest images again on idle peers at the end, first result wins; only balanced does',
    'Run no image twice',
    'on',
  ),
  verify: withDefault(
    share,
    0,
    '0%',
    'Have a second peer run this share of the images too and compare the results; a peer that lied is asked no more, and its images are done again',
  ),
  report: bareOrValue(
    htmlFile,
    'none; alone: report.html in the output folder',
    'Write a page about the job, with charts and pictures, to this .html file',
  ),
  simd: SIMD,
} satisfies Flags

const SUBMIT_FLAGS = {
  strategy: optional(
    oneOf('NAME', STRATEGY_NAMES),
    'balanced',
    `How a peer is chosen for an image: ${STRATEGY_NAMES.join(', ')}`,
  ),
  random: toggle('The same as --strategy random'),
  balanced: toggle('The same as --strategy balanced'),
  watch: toggle('Stay, and process images as they appear or change in the folders, until Ctrl-C'),
  metrics: METRICS_FLAG,
  ...JOB_FLAGS,
  retryFailed: toggle(
    'Only images that failed when this job tried them last; without it a job continues with all that is not done',
  ),
} satisfies Flags

const COMPARE_FLAGS = {
  strategies: withDefault(listOf(STRATEGY_NAMES), STRATEGY_NAMES, 'all', 'Strategies to compare, commas between'),
  repeat: withDefault(integer(1, MAX_REPEATS), 1, '1', 'Runs of each strategy, taking turns; figures are their means'),
  ...JOB_FLAGS,
} satisfies Flags

const TRY_FLAGS = {
  ...PIPELINE_FLAGS,
  out: optional(path('FILE'), '<name>_try.<ext> in the working directory', 'Where to write the result'),
  overwrite: toggle('Replace the file that is there'),
  format: JOB_FLAGS.format,
  quality: JOB_FLAGS.quality,
  keepMetadata: JOB_FLAGS.keepMetadata,
  seed: JOB_FLAGS.seed,
  maxPixels: START_FLAGS.maxPixels,
  taskTimeout: START_FLAGS.taskTimeout,
  simd: SIMD,
  isolate: ISOLATE,
  open: toggle("Open the result with the system's viewer"),
} satisfies Flags

const DEMO_FLAGS = {
  peers: withDefault(integer(1, MAX_DEMO_PEERS), 4, '4', 'Peers to start, with load probabilities .1 .5 .2 .9 in turn'),
} satisfies Flags

const STATUS_FLAGS = {
  wait: withDefault(duration(0, MAX_PATIENCE_MS), 3000, '3s', 'How long to wait for an answer'),
} satisfies Flags

const TOP_FLAGS = {
  wait: withDefault(duration(0, MAX_PATIENCE_MS), 1000, '1s', 'How long to look for peers before the first picture'),
  tui: negative('Plain lines instead of the dashboard: the status once, then what happens'),
} satisfies Flags

const KEY_FLAGS = {
  rotate: toggle('Make a new cluster key; running peers with this key file notice it and accept both for a time'),
  for: optional(
    duration(MIN_KEY_OVERLAP_MS, MAX_KEY_OVERLAP_MS),
    durationText(DEFAULT_KEY_OVERLAP_MS),
    'How long --rotate goes on accepting the key before',
  ),
  now: toggle('Accept no key but the current one, from now on, and close what an older one opened'),
} satisfies Flags

const DOCTOR_FLAGS = {
  wait: withDefault(duration(0, MAX_PATIENCE_MS), 2500, '2500ms', 'How long to listen for peers'),
  out: optional(path('DIR'), DEFAULT_OUT, 'Output folder to try, as given to submit'),
  listen: optional(listenAddress, '/ip4/127.0.0.1/tcp/4601', 'Address to try, as given to start'),
  lan: toggle('Look for peers on all interfaces and by mDNS, as start --lan does'),
  slots: optional(
    integer(1, MAX_TYPED_SLOTS),
    "the machine's parallelism",
    'Slots to reckon with where no peer runs here',
  ),
  maxPixels: START_FLAGS.maxPixels,
} satisfies Flags

const JOIN_FLAGS = {
  replace: toggle('Replace a different cluster key that is already there'),
} satisfies Flags

const PATHS = {
  name: 'PATH',
  isRequired: true,
  isVariadic: true,
  sentence: 'folders, files and quoted globs; folders are read with all below them',
} as const

const COMMANDS = {
  start: {
    summary: 'Start a peer that runs tasks for others',
    flags: START_FLAGS,
    notes: [
      'On a terminal it shows the dashboard; ? there shows the keys, q quits.',
      'Ends by Ctrl-C: it announces that it leaves and finishes its tasks (5 s at most). Twice: at once.',
    ],
    examples: ['peer start --load 0.3', 'peer start --load auto --lan --name attic'],
  },
  submit: {
    summary: 'Process images on the cluster',
    argument: PATHS,
    flags: SUBMIT_FLAGS,
    notes: [
      'Ctrl-C interrupts the job (exit code 130); the same command continues it. Twice: at once.',
      '--watch goes with none of --verify, --retry-failed, --tile and --dry-run.',
      'With --watch Ctrl-C is the end: what is being processed is finished (5 s at most), and the exit code is 0 when all that appeared is done, 1 when some failed, 130 when some were left.',
    ],
    examples: [
      'peer submit ./images --balanced',
      "peer submit a.jpg 'b/*.png' --random --op edges",
      'peer submit ./images --strategy weighted-response-time --op noise --out ./out',
      'peer submit ./images --op "dnn:w=224,h=224,scale=0.003921569" --model net.onnx',
      'peer submit ./images --verify 5%',
      'peer submit ./images --report',
      'peer submit ./inbox --watch --out ./outbox',
    ],
  },
  compare: {
    summary: 'Process the same images with every strategy in turn, and compare',
    argument: PATHS,
    flags: COMPARE_FLAGS,
    notes: ['Writes to one sub-folder of --out per strategy, and compare.json beside them. Each run starts anew.'],
    examples: [
      'peer compare ./images --repeat 3',
      'peer compare ./images --strategies random,balanced --op noise',
      'peer compare ./images --report comparison.html',
    ],
  },
  try: {
    summary: 'Process one image here, without any cluster, and show the result where the terminal can',
    argument: { name: 'FILE', isRequired: true, isVariadic: false, sentence: 'the image' },
    flags: TRY_FLAGS,
    notes: [
      'The pixels are those of peer submit FILE with the same pipeline and seed.',
      'Terminals that show the result: kitty, ghostty, iTerm2, WezTerm and mintty.',
    ],
    examples: ['peer try photo.jpg --op "gaussian:5 | canny"', 'peer try photo.jpg --pipeline pipeline.yaml --open'],
  },
  demo: {
    summary: 'Show the cluster on this machine: peers as processes, photos, random against balanced',
    flags: DEMO_FLAGS,
    notes: [
      'Uses data/images, writes to data/output_dir/random and data/output_dir/balanced, and keeps apart from other peers.',
    ],
    examples: ['peer demo', 'peer demo --peers 6'],
  },
  status: {
    summary: 'Show the peers and jobs of the cluster (exit code 3 when nobody answers)',
    flags: STATUS_FLAGS,
    examples: ['peer status', 'peer status --json'],
  },
  doctor: {
    summary: 'Say in plain words why a peer is missing or slow (exit code 1 when there is a problem)',
    flags: DOCTOR_FLAGS,
    notes: [
      'It looks for some seconds, as an observer with a port of its own; running peers go on undisturbed.',
      'Run it on both machines of which one does not see the other.',
    ],
    examples: ['peer doctor', 'peer doctor --lan --out /mnt/photos/out', 'peer doctor --json'],
  },
  top: {
    summary: 'Show the cluster live: the dashboard of peer start, as an observer',
    flags: TOP_FLAGS,
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
  key: {
    summary: 'Show which cluster key is in use (its file and fingerprint, never the key), or make a new one',
    flags: KEY_FLAGS,
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
    flags: JOIN_FLAGS,
    examples: ['peer join < invitation.txt'],
  },
} satisfies Record<string, CommandSpec>

export type CommandName = keyof typeof COMMANDS
export type GlobalValues = FlagValues<typeof GLOBAL_FLAGS>
export type CommandValues<Name extends CommandName> = FlagValues<(typeof COMMANDS)[Name]['flags']>
/** The flags that `submit` and `compare` share. */
export type JobValues = FlagValues<typeof JOB_FLAGS>

export const COMMAND_TABLE: Readonly<Record<CommandName, CommandSpec>> = COMMANDS
export const GLOBAL_FLAG_TABLE: Flags = GLOBAL_FLAGS

/** How the command is typed: `peer submit PATH… [flags]`. */
export function commandUsage(name: CommandName): string {
  const { argument } = COMMAND_TABLE[name]
  if (argument === undefined) return `peer ${name} [flags]`
  const shown = argument.isVariadic ? `${argument.name}…` : argument.name
  return `peer ${name} ${argument.isRequired ? shown : `[${shown}]`} [flags]`
}
