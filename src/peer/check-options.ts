/** What a program passes to startPeer and submit, checked where it enters: the same ranges as the command line's. */

import { z } from 'zod'
import { MurmurationError } from '../base/errors.ts'
import {
  DEFAULT_MAX_PIXELS,
  MAX_DELAY_MS,
  MAX_MAX_PIXELS,
  MAX_PATIENCE_MS,
  MAX_TILE_PX,
  MAX_TYPED_SLOTS,
  MIN_PATIENCE_MS,
  MIN_TILE_PX,
} from '../base/limits.ts'
import { OUTPUT_FORMATS } from '../protocol/messages.ts'
import { STRATEGY_NAMES } from './coordinator/strategies/index.ts'
import type { ExecutorOptions, SubmitOptions } from './peer.ts'

const executorSchema = z.object({
  load: z.union([z.literal('auto'), z.number().min(0).max(1)]).default(0),
  delayMs: z.number().min(0).max(MAX_DELAY_MS).default(3_000),
  slots: z.int().min(1).max(MAX_TYPED_SLOTS),
  maxPixels: z.int().min(1).max(MAX_MAX_PIXELS).default(DEFAULT_MAX_PIXELS),
  taskTimeoutMs: z.number().min(MIN_PATIENCE_MS).max(MAX_PATIENCE_MS).default(60_000),
  seed: z.number().optional(),
})

export const submitSchema = z.object({
  strategy: z.enum(STRATEGY_NAMES).default('balanced'),
  pipeline: z.string().default('edges'),
  model: z.string().min(1).optional(),
  out: z.string().min(1).default('data/output_dir'),
  overwrite: z.boolean().default(false),
  retryFailed: z.boolean().default(false),
  format: z.enum(OUTPUT_FORMATS).default('keep'),
  quality: z.int().min(1).max(100).default(90),
  keepMetadata: z.boolean().default(false),
  seed: z.int().default(1),
  include: z.array(z.string()).readonly().default([]),
  exclude: z.array(z.string()).readonly().default([]),
  suffix: z
    .string()
    .regex(/^[^/\\\p{Cc}]*$/u, 'a suffix without slashes and control characters')
    .optional(),
  waitMs: z.number().min(0).max(MAX_PATIENCE_MS).default(3_000),
  giveUpMs: z.number().min(MIN_PATIENCE_MS).max(MAX_PATIENCE_MS).default(60_000),
  local: z.enum(['auto', 'always', 'never']).default('auto'),
  hedge: z.boolean().default(true),
  verify: z.number().min(0).max(1).default(0),
  dryRun: z.boolean().default(false),
  watch: z.boolean().default(false),
  tile: z.union([z.literal('auto'), z.int().min(MIN_TILE_PX).max(MAX_TILE_PX)]).optional(),
  approximateTiles: z.boolean().default(false),
})

export type CheckedExecutorOptions = z.infer<typeof executorSchema>
export type CheckedSubmitOptions = z.infer<typeof submitSchema>

function check<Schema extends z.ZodType>(schema: Schema, options: object): z.infer<Schema> {
  const checked = schema.safeParse(options)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  const subject = issue?.path.join('.') || 'options'
  throw new MurmurationError('ERR_USAGE', `option "${subject}" is not valid: ${issue?.message}`, {
    cause: checked.error,
  })
}

/** @throws MurmurationError ERR_USAGE */
export const checkExecutorOptions = (options: ExecutorOptions, machineSlots: number): CheckedExecutorOptions =>
  check(executorSchema, { ...options, slots: options.slots ?? machineSlots })

/** @throws MurmurationError ERR_USAGE */
export function checkSubmitOptions({ signal, ...options }: SubmitOptions): CheckedSubmitOptions {
  const checked = check(submitSchema, options)
  refuseBesideWatch(checked)
  return checked
}

/** @throws MurmurationError ERR_USAGE for what cannot be done to images that come while the job runs */
export function refuseBesideWatch({
  watch,
  dryRun,
  verify = 0,
  retryFailed,
  tile,
}: Pick<SubmitOptions, 'watch' | 'dryRun' | 'verify' | 'retryFailed' | 'tile'>): void {
  if (!watch) return
  if (dryRun) {
    throw new MurmurationError(
      'ERR_USAGE',
      '--watch waits for images that are not there yet, which --dry-run cannot show',
    )
  }
  if (verify > 0) {
    throw new MurmurationError(
      'ERR_USAGE',
      "--watch keeps each result once it is saved, and --verify takes a liar's results back",
    )
  }
  if (retryFailed) {
    throw new MurmurationError(
      'ERR_USAGE',
      '--watch takes every image that appears, and --retry-failed only those that failed before',
    )
  }
  if (tile === undefined) return
  const sentence = `--watch takes images whole, one after another as they appear, got --tile ${tile}`
  throw new MurmurationError('ERR_USAGE', sentence)
}
