/**
 * `npm run bench:ops [-- NAME…] [-- --save]`: each image operation with its defaults on a 2-megapixel photo, with the SIMD
 * kernels, without them, and in native OpenCV (Debian's python3-opencv, where it is installed) on one thread. All get the same
 * samples and measure the operation alone: no decoding, no copy into or out of OpenCV's memory. They take turns for several
 * rounds, so that another program's load falls on all; figures are medians of rounds. `--save` writes
 * docs/operations-bench.json, from which `npm run generate` makes the last section of docs/OPERATIONS.md; with names, only theirs.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OperationsBench, type OperationTimes, SLOW_RATIO } from '../scripts/operations-document.ts'
import { decodeImage } from '../src/cv/codec/decode.ts'
import { loadOpenCv, type OpenCv } from '../src/cv/opencv.ts'
import type { Operation } from '../src/cv/operations/operation.ts'
import type { AnyParameterValues } from '../src/cv/operations/parameter.ts'
import { operations } from '../src/cv/operations/registry.ts'
import { parsePipeline } from '../src/cv/pipeline/parse-pipeline.ts'
import type { Pixels } from '../src/cv/pixels.ts'
import { runPipeline } from '../src/cv/run-pipeline.ts'
import { Scope } from '../src/cv/scope.ts'
import { median } from './measure.ts'

const ROOT = join(import.meta.dirname, '..')
const PHOTO = 'retina.jpg'
/** The side of a square of 2 megapixels. */
const SIDE_PX = 1414
/** Their defaults change nothing: they run as in their example. */
const AS_IN_EXAMPLE: ReadonlySet<string> = new Set([
  'affine',
  'warp-perspective',
  'crop-region',
  'levels',
  'brightness-contrast',
])
const SEED = 1n
const ROUNDS = 3
/** How long an operation is run in each round, at least 3 times. */
const ROUND_MS = 300

interface Case {
  readonly operation: Operation
  readonly values: AnyParameterValues
}

function caseOf(operation: Operation): Case {
  const text = AS_IN_EXAMPLE.has(operation.name) ? operation.example : operation.name
  const step = parsePipeline(text).steps.find((candidate) => candidate.operation === operation)
  if (step === undefined) throw new Error(`${text} does not use ${operation.name}`)
  return { operation, values: step.values }
}

/** CPU time: waiting for a core that others use is none of it. Of the process, because a thread's is told in steps of milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Median milliseconds of CPU time: at least 3 runs behind a first one that does not count, at most 25, for about ROUND_MS. */
function medianMs(run: () => void): number {
  run()
  const times: number[] = []
  const beganAt = cpuMs()
  while (times.length < 3 || (times.length < 25 && cpuMs() - beganAt < ROUND_MS)) {
    const startedAt = cpuMs()
    run()
    times.push(cpuMs() - startedAt)
  }
  return median(times)
}

function measure(openCv: OpenCv, { operation, values }: Case, { widthPx, heightPx, channels, data }: Pixels): number {
  const { cv } = openCv
  using images = new Scope(openCv)
  const image = images.matOf(heightPx, widthPx, channels === 1 ? cv.CV_8UC1 : cv.CV_8UC3)
  image.data.set(data)
  return medianMs(() => {
    using scope = new Scope(openCv)
    operation.apply(image, values, { openCv, scope, seed: SEED })
  })
}

interface NativeTimes {
  readonly opencv: string
  readonly operations: Readonly<Record<string, number>>
}

/** Undefined where there is no native OpenCV. */
function measureNative(cases: readonly Case[], rgb: Pixels, gray: Pixels): NativeTimes | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'murmuration-bench-'))
  try {
    const paths = { rgb: join(folder, 'rgb'), gray: join(folder, 'gray') }
    writeFileSync(paths.rgb, rgb.data)
    writeFileSync(paths.gray, gray.data)
    const order = {
      ...paths,
      roundMs: ROUND_MS,
      widthPx: rgb.widthPx,
      heightPx: rgb.heightPx,
      operations: Object.fromEntries(cases.map(({ operation, values }) => [operation.name, values])),
      grayOnly: cases.flatMap(({ operation }) => (operation.accepts === 'gray' ? [operation.name] : [])),
    }
    const script = join(import.meta.dirname, 'native-ops.py')
    const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [script], {
      input: JSON.stringify(order),
      encoding: 'utf8',
    })
    if (status === 0) return JSON.parse(stdout)
    console.error(`native OpenCV is left out: ${stderr?.trim().split('\n').at(-1) ?? 'there is no /usr/bin/python3'}`)
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const isSaving = process.argv.includes('--save')
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const openCv = await loadOpenCv()
const plain = await loadOpenCv({ module: openCv.module, simd: false })
const photo = await decodeImage(readFileSync(join(ROOT, 'data/images', PHOTO)), { maxPixels: 1e8, timeoutMs: 60_000 })
const rgb = runPipeline(openCv, photo.pixels, parsePipeline(`resize:w=${SIDE_PX},h=${SIDE_PX},fit=fill`), SEED)
const gray = runPipeline(openCv, rgb, parsePipeline('grayscale'), SEED)
const cases = operations.filter(({ name }) => names.length === 0 || names.includes(name)).map(caseOf)

interface Rounds {
  readonly fast: number[]
  readonly plain: number[]
  readonly native: number[]
}

const rounds = new Map(
  cases.map(({ operation }): [string, Rounds] => [operation.name, { fast: [], plain: [], native: [] }]),
)
let native: NativeTimes | undefined
for (let round = 0; round < ROUNDS; round++) {
  native = measureNative(cases, rgb, gray)
  for (const item of cases) {
    const { name, accepts } = item.operation
    const image = accepts === 'gray' ? gray : rgb
    const measured = rounds.get(name)
    measured?.plain.push(measure(plain, item, image))
    measured?.fast.push(measure(openCv, item, image))
    const nativeMs = native?.operations[name]
    if (nativeMs !== undefined) measured?.native.push(nativeMs)
  }
}

const date = new Date().toISOString().slice(0, 10)
const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}`
console.log(`${date}, Node ${process.version}, ${machine}; native OpenCV ${native?.opencv ?? 'is not there'}`)
console.log(
  `${'operation'.padEnd(26)}${'ms'.padStart(10)}${'no SIMD'.padStart(10)}${'native'.padStart(10)}${'ratio'.padStart(9)}`,
)
const times: OperationTimes[] = []
for (const [name, measured] of rounds) {
  const ms = rounded(median(measured.fast))
  const plainMs = rounded(median(measured.plain))
  const nativeMs = measured.native.length === 0 ? undefined : rounded(median(measured.native))
  times.push({ name, ms, plainMs, ...(nativeMs === undefined ? {} : { nativeMs }) })
  const ratio = nativeMs === undefined ? undefined : ms / nativeMs
  console.log(
    name.padEnd(26) +
      ms.toFixed(1).padStart(10) +
      plainMs.toFixed(1).padStart(10) +
      (nativeMs?.toFixed(1) ?? '-').padStart(10) +
      (ratio?.toFixed(1) ?? '').padStart(9) +
      (ratio !== undefined && ratio > SLOW_RATIO ? '  <' : ''),
  )
}

if (isSaving && native !== undefined) {
  const path = join(ROOT, 'docs/operations-bench.json')
  const image = `${PHOTO} at ${rgb.widthPx} x ${rgb.heightPx}`
  // the file is this script's own
  const saved: readonly OperationTimes[] = names.length === 0 ? [] : JSON.parse(readFileSync(path, 'utf8')).operations
  const measured = new Map([...saved, ...times].map((item) => [item.name, item]))
  const bench: OperationsBench = {
    date,
    machine,
    node: process.version,
    image,
    native: native.opencv,
    operations: [...measured.values()],
  }
  writeFileSync(path, `${JSON.stringify(bench, undefined, 2)}\n`)
  console.log('written to docs/operations-bench.json; npm run generate takes it into docs/OPERATIONS.md')
}

function rounded(ms: number): number {
  return Number(ms.toFixed(3))
}
