/** Commands that process images: over a cluster, by each strategy in turn, or one image here. */

import {
  MAX_NAME_BYTES,
  MAX_PATIENCE_MS,
  MAX_REPEATS,
  MAX_TILE_PX,
  MIN_PATIENCE_MS,
  MIN_TILE_PX,
} from '../../base/limits.ts'
import { STRATEGY_NAMES } from '../../peer/coordinator/strategies/index.ts'
import { OUTPUT_FORMATS } from '../../protocol/messages.ts'
import {
  bareOrValue,
  either,
  type Flags,
  type FlagValues,
  optional,
  repeatable,
  toggle,
  withDefault,
} from '../flags.ts'
import {
  duration,
  fileNamePart,
  htmlFile,
  integer,
  listOf,
  oneOf,
  path,
  share,
  text,
  tileSide,
} from '../value-kinds.ts'
import type { CommandSpec } from './command-spec.ts'
import {
  DEFAULT_OUT,
  DEFAULT_PIPELINE,
  ISOLATE_FLAG,
  MAX_PIXELS_FLAG,
  METRICS_FLAG,
  SEED,
  SIMD_FLAG,
  TASK_TIMEOUT_FLAG,
} from './shared-flags.ts'

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
  isolate: ISOLATE_FLAG,
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
  simd: SIMD_FLAG,
} satisfies Flags

/** The flags that `submit` and `compare` share. */
export type JobValues = FlagValues<typeof JOB_FLAGS>

const PATHS = {
  name: 'PATH',
  isRequired: true,
  isVariadic: true,
  sentence: 'folders, files and quoted globs; folders are read with all below them',
} as const

export const JOB_COMMANDS = {
  submit: {
    summary: 'Process images on the cluster',
    argument: PATHS,
    flags: {
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
    },
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
    flags: {
      strategies: withDefault(listOf(STRATEGY_NAMES), STRATEGY_NAMES, 'all', 'Strategies to compare, commas between'),
      repeat: withDefault(
        integer(1, MAX_REPEATS),
        1,
        '1',
        'Runs of each strategy, taking turns; figures are their means',
      ),
      ...JOB_FLAGS,
    },
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
    flags: {
      ...PIPELINE_FLAGS,
      out: optional(path('FILE'), '<name>_try.<ext> in the working directory', 'Where to write the result'),
      overwrite: toggle('Replace the file that is there'),
      format: JOB_FLAGS.format,
      quality: JOB_FLAGS.quality,
      keepMetadata: JOB_FLAGS.keepMetadata,
      seed: JOB_FLAGS.seed,
      maxPixels: MAX_PIXELS_FLAG,
      taskTimeout: TASK_TIMEOUT_FLAG,
      simd: SIMD_FLAG,
      isolate: ISOLATE_FLAG,
      open: toggle("Open the result with the system's viewer"),
    },
    notes: [
      'The pixels are those of peer submit FILE with the same pipeline and seed.',
      'Terminals that show the result: kitty, ghostty, iTerm2, WezTerm and mintty.',
    ],
    examples: ['peer try photo.jpg --op "gaussian:5 | canny"', 'peer try photo.jpg --pipeline pipeline.yaml --open'],
  },
} satisfies Record<string, CommandSpec>
