/** Flags and defaults that several groups of commands have. */

import { DEFAULT_MAX_PIXELS, MAX_MAX_PIXELS, MAX_PATIENCE_MS, MIN_PATIENCE_MS } from '../../base/limits.ts'
import { negative, optional, toggle, withDefault } from '../flags.ts'
import { duration, integer, pixels, port } from '../value-kinds.ts'

/** The mission's own example. */
export const DEFAULT_PIPELINE = 'edges'
/** Relative to the working folder. */
export const DEFAULT_OUT = 'data/output_dir'

/** Of `--seed`, whose default differs. */
export const SEED = integer(0, Number.MAX_SAFE_INTEGER)

/** For commands that may run tasks themselves. */
export const SIMD_FLAG = negative('Run OpenCV without the SIMD kernels; slower, the pixels are the same')

export const METRICS_FLAG = optional(
  port,
  'none',
  'Serve metrics for Prometheus at http://127.0.0.1:PORT/metrics while it runs; 0 takes any free port',
)

export const ISOLATE_FLAG = toggle(
  'Run each worker, and all else that decodes or encodes image files, as a process of its own: an image that crashes one ends that and not the peer',
)

export const MAX_PIXELS_FLAG = withDefault(
  pixels(1, MAX_MAX_PIXELS),
  DEFAULT_MAX_PIXELS,
  '50MP',
  'Refuse larger images',
)

export const TASK_TIMEOUT_FLAG = withDefault(
  duration(MIN_PATIENCE_MS, MAX_PATIENCE_MS),
  60_000,
  '60s',
  'End a worker whose task runs longer',
)
