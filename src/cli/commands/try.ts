/**
 * `peer try FILE`: one image through a pipeline on this machine, with a worker of its own and no node, to see what a
 * pipeline does. The pixels are those of `peer submit FILE` with the same seed.
 */

import { readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_BODY_BYTES, MAX_PREVIEW_SIDE_PX } from '../../base/limits.ts'
import {
  createIsolatedHeaders,
  createWorkerPool,
  DIGESTS,
  headersInThisProcess,
  type ImageHeader,
  type ImageResult,
  type ImageRunner,
  type OutputImageFormat,
  type Pipeline,
} from '../../cv/index.ts'
import { planTasks } from '../../peer/coordinator/plan.ts'
import { firstFrameOnly } from '../../peer/coordinator/run-job.ts'
import { whyUnwritable } from '../../peer/files/write-error.ts'
import { bindModel, readModelFile } from '../../peer/models/model-file.ts'
import { imageProtocol, inlineImage } from '../../tui/inline-image.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import { formatBytes, formatDuration } from '../../tui/text/figures.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { watchInterrupts } from '../interruption.ts'
import { wantsLiveView } from '../job-display.ts'
import { inWorkingDir } from '../peer-options.ts'
import { chosenPipeline } from '../pipeline-file.ts'
import { expected, quote } from '../read-values.ts'

type TryValues = CommandValues<'try'>

export async function runTry(context: CommandContext, values: TryValues): Promise<number> {
  const { output, world, words } = context
  const [source = ''] = words
  const { pipeline, modelFile } = await chosenPipelineAndModel(context, values)
  const isData = pipeline.kind === 'data'
  const { out, format, seed } = planOutput(context, source, values, isData)
  if (!isData || values.out !== undefined) await refuseOutput(context, source, out, values.overwrite)
  const bytes = await readSource(inWorkingDir(context, source), source)

  const { pages } = await readHeader(context, values, bytes, source)
  if (pages > 1) output.notice(escapeControls(firstFrameOnly(source, pages)))

  const interruption = watchInterrupts(world)
  const { signal } = interruption
  const { taskTimeout: taskTimeoutMs, maxPixels, quality, keepMetadata, simd, isolate } = values
  const pool = createWorkerPool({ slots: 1, taskTimeoutMs, simd, isolate, clock: world.clock })
  try {
    const task = { bytes, pipeline: pipeline.text, seed, format, quality, maxPixels, keepMetadata, modelFile }
    const result = await pool.run(task, { signal })
    if (isData) {
      // its bytes are one JSON text
      const text = Buffer.from(result.bytes).toString('utf8')
      if (values.out === undefined) output.result(text)
      else await save(inWorkingDir(context, out), out, Buffer.from(`${text}\n`), values.overwrite)
      return 0
    }
    await save(inWorkingDir(context, out), out, result.bytes, values.overwrite)
    await tell(context, { source, out, pipeline: pipeline.text, result })
    await showInline(context, pool, result.bytes, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    interruption.release()
    await pool.close()
  }
  if (values.open) await world.openViewer(inWorkingDir(context, out))
  return 0
}

/** @throws MurmurationError ERR_NOT_AN_IMAGE, ERR_UNSUPPORTED_IMAGE; with `--isolate` ERR_WORKER_CRASHED, ERR_TASK_TIMEOUT too */
async function readHeader(
  context: CommandContext,
  { isolate }: TryValues,
  bytes: Uint8Array,
  source: string,
): Promise<ImageHeader> {
  const headers = isolate ? createIsolatedHeaders({ clock: context.world.clock }) : headersInThisProcess
  try {
    return await headers.ofBytes(bytes, inWorkingDir(context, source))
  } finally {
    await headers.close()
  }
}

/** The model's digest stands in the pipeline, as in a job. @throws MurmurationError ERR_USAGE, ERR_PIPELINE, ERR_MODEL */
async function chosenPipelineAndModel(
  context: CommandContext,
  values: TryValues,
): Promise<{ readonly pipeline: Pipeline; readonly modelFile: string | undefined }> {
  const pipeline = await chosenPipeline(context, values)
  if (values.model === undefined) return { pipeline, modelFile: undefined }
  const model = await readModelFile(inWorkingDir(context, values.model))
  return { pipeline: bindModel(pipeline, model), modelFile: model.path }
}

interface PlannedOutput {
  /** As it is shown: what was typed, or a name in the working directory. */
  readonly out: string
  readonly format: OutputImageFormat
  readonly seed: bigint
}

/** @throws MurmurationError ERR_USAGE when --out and --format contradict each other, or --out names no format that is written */
function planOutput(
  context: CommandContext,
  source: string,
  { out, format, seed }: TryValues,
  isData: boolean,
): PlannedOutput {
  const path = basename(inWorkingDir(context, source))
  const [planned] = planTasks([{ path, source }], { seed, kind: 'image', format, suffix: '_try' })
  if (planned === undefined) throw new MurmurationError('ERR_INTERNAL', 'one file is expected to make one task')
  if (out === undefined) return { out: planned.output, format, seed: planned.seed }
  if (isData) return { out, format, seed: planned.seed }
  const extension = extname(out).toLowerCase()
  const named = FORMAT_OF_EXTENSION.get(extension)
  if (extension !== '' && named === undefined) {
    throw expected('--out', `a name that ends in one of ${[...FORMAT_OF_EXTENSION.keys()].join(' ')}`, out)
  }
  if (format !== 'keep' && named !== undefined && named !== format) {
    throw expected('--out', `a name that ends in .${format} beside --format ${format}`, out)
  }
  return { out, format: format === 'keep' ? (named ?? 'keep') : format, seed: planned.seed }
}

const FORMAT_OF_EXTENSION: ReadonlyMap<string, OutputImageFormat> = new Map([
  ['.jpg', 'jpg'],
  ['.jpeg', 'jpg'],
  ['.png', 'png'],
  ['.webp', 'webp'],
  ['.tif', 'tif'],
  ['.tiff', 'tif'],
  ['.gif', 'gif'],
  ['.avif', 'avif'],
])

/** Before any work: @throws MurmurationError ERR_OUTPUT (the source itself, a folder), ERR_EXISTS, ERR_WRITE (no such folder) */
async function refuseOutput(context: CommandContext, source: string, out: string, overwrite: boolean): Promise<void> {
  const [from, to] = await Promise.all([source, out].map((path) => statOf(inWorkingDir(context, path))))
  if (to === undefined) {
    if ((await statOf(dirname(inWorkingDir(context, out)))) !== undefined) return
    const help = 'Make that folder first, or choose another place with --out.'
    throw new MurmurationError('ERR_WRITE', `the folder of ${quote(out)} does not exist`, { facts: { help } })
  }
  // by what the disk says, not by name: a link to the source is the source
  if (from !== undefined && from.ino === to.ino && from.dev === to.dev) {
    throw new MurmurationError(
      'ERR_OUTPUT',
      `--out ${quote(out)} is the source itself: sources are never written`,
      OTHER_NAME,
    )
  }
  if (to.isDirectory())
    throw new MurmurationError(
      'ERR_OUTPUT',
      `--out expects the path of a file, got the folder ${quote(out)}`,
      OTHER_NAME,
    )
  if (!overwrite) throw existsError(out)
}

const OTHER_NAME = { facts: { help: 'Choose another name with --out.' } }

const statOf = (path: string) => stat(path, { bigint: true }).catch(() => undefined)

const existsError = (out: string): MurmurationError =>
  new MurmurationError('ERR_EXISTS', `${quote(out)} exists already`)

/** @throws MurmurationError ERR_INPUT, ERR_TOO_LARGE, ERR_READ */
async function readSource(path: string, typed: string): Promise<Uint8Array> {
  const facts = await stat(path).catch(() => undefined)
  if (facts === undefined) throw new MurmurationError('ERR_INPUT', `${quote(typed)} does not exist`)
  if (!facts.isFile()) throw new MurmurationError('ERR_INPUT', `peer try expects one image file, got ${quote(typed)}`)
  if (facts.size > MAX_BODY_BYTES) {
    throw new MurmurationError('ERR_TOO_LARGE', `expected at most ${MAX_BODY_BYTES} bytes, got ${facts.size}`)
  }
  try {
    return await readFile(path)
  } catch (cause) {
    throw new MurmurationError('ERR_READ', `${quote(typed)} cannot be read`, { cause })
  }
}

/** @throws MurmurationError ERR_EXISTS (it came to be meanwhile), ERR_WRITE */
async function save(path: string, typed: string, bytes: Uint8Array, overwrite: boolean): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: overwrite ? 'w' : 'wx' })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') throw existsError(typed)
    throw new MurmurationError('ERR_WRITE', `${quote(typed)} cannot be written: ${whyUnwritable(cause)}`, { cause })
  }
}

interface Trial {
  readonly source: string
  readonly out: string
  readonly pipeline: string
  readonly result: ImageResult
}

async function tell({ output }: CommandContext, { source, out, pipeline, result }: Trial): Promise<void> {
  const { bytes, widthPx, heightPx, decodeMs, processMs, encodeMs } = result
  const pixelDigest = Buffer.from(result.pixelDigest).toString('hex')
  const digest = Buffer.from(result.digest).toString('hex')
  await output.json({
    event: 'tried',
    ...{ path: source, output: out, pipeline, widthPx, heightPx, sizeBytes: bytes.length },
    ...{ decodeMs, processMs, encodeMs, pixelDigest, digest },
  })
  output.result(`${escapeControls(out)}: ${widthPx} x ${heightPx} px, ${formatBytes(bytes.length)}`)
  const stages = Object.entries({ decode: decodeMs, process: processMs, encode: encodeMs })
  output.progress(`pipeline ${escapeControls(pipeline)}`)
  output.progress(stages.map(([stage, ms]) => `${stage} ${formatDuration(ms)}`).join(' · '))
  output.progress(`pixels ${DIGESTS.pixels} ${pixelDigest}`)
}

/** The result in the terminal, where it shows pictures and nobody asked for plain text. */
async function showInline(
  context: CommandContext,
  pool: ImageRunner,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const { world, output } = context
  const protocol = imageProtocol(world.env)
  if (protocol === undefined || world.terminal === undefined || output.isJson || output.isQuiet) return
  if (!wantsLiveView(context)) return
  const pipeline = `resize:w=${MAX_PREVIEW_SIDE_PX},h=${MAX_PREVIEW_SIDE_PX},fit=inside`
  const limits = { seed: 0n, quality: 90, maxPixels: Number.MAX_SAFE_INTEGER }
  const preview = await pool.run({ bytes, pipeline, format: 'png', ...limits }, { signal })
  world.stdout.write(inlineImage(protocol, preview.bytes))
}
