/** What stands in the output folder of a job: whole, once, explained, and what its images give, or what a liar made of them. */

import { hashToSeed } from '../../src/base/random.ts'
import { RESULTS_FILE } from '../../src/peer/coordinator/plan.ts'
import { journalFile } from '../../src/peer/files/state-folder.ts'
import { dataOf, type ImagePlan, JOB_SEED, outputOf, sourceBytes } from './images.ts'
import type { JobPlan } from './scenario.ts'
import type { Run, SimJob } from './sim-job.ts'
import type { SimPeer } from './sim-peer.ts'
import { wholeOutput } from './tile-images.ts'
import type { World } from './world.ts'
import { canJudge, hasFault, isUnruly } from './world-facts.ts'

/** Those who may have given what is wrong; 'nobody' did where it is wrong otherwise. */
export type Makers = 'right' | 'nobody' | readonly SimPeer[]

interface JournalLine {
  readonly output?: string
  readonly input?: string
  readonly peerId?: string
  readonly otherIds?: readonly string[]
  readonly verifiedBy?: readonly string[]
  readonly failed?: object
  readonly distrusted?: readonly { readonly id: string }[]
}

/** The whole lines of a job's journal. */
export function journalOf({ peer, out }: SimJob): JournalLine[] {
  const text = peer.disk.files.get(journalFile(out))?.bytes.toString('utf8') ?? ''
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as JournalLine]
    } catch {
      return []
    }
  })
}

/** What the journal last said of an image that was done. */
const lineOf = (job: SimJob, { path }: ImagePlan): JournalLine | undefined =>
  journalOf(job).findLast(({ input, peerId }) => input === path && peerId !== undefined)

/** Of an output file, or of a line of data. */
export function makersOf(world: World, job: SimJob, image: ImagePlan, bytes: Buffer): Makers {
  const liars = world.peers.filter(({ liesAs }) => liesAs !== '')
  if (job.plan.kind === 'tiles') {
    if (bytes.equals(wholeOutput(image))) return 'right'
    const { peerId = '', otherIds = [] } = lineOf(job, image) ?? {}
    const involved = liars.filter(({ id }) => [peerId, ...otherIds].includes(id))
    return involved.length > 0 ? involved : 'nobody'
  }
  const source = sourceBytes(image)
  const seed = hashToSeed(JOB_SEED, image.path)
  const expected = (by?: string): Buffer =>
    job.plan.kind === 'data' ? lineFor(image, dataOf(source, seed, by)) : outputOf(source, seed, by)
  if (bytes.equals(expected())) return 'right'
  const liar = liars.find(({ liesAs }) => bytes.equals(expected(liesAs)))
  return liar ? [liar] : 'nobody'
}

const lineFor = ({ path, widthPx, heightPx }: ImagePlan, data: object): Buffer =>
  Buffer.from(JSON.stringify({ path, width: widthPx, height: heightPx, data }))

/** What a job has made that stands there at the moment: each with its file, whole lines of data included. */
export function* outputsOf({ plan, out, peer }: SimJob): Generator<[file: string, image: ImagePlan, bytes: Buffer]> {
  const { files } = peer.disk
  if (plan.kind === 'data') {
    for (const { image, bytes } of linesOf(plan, files.get(`${out}/${RESULTS_FILE}`)?.bytes).whole) {
      yield [`the line of ${image.path}`, image, bytes]
    }
    return
  }
  for (const image of plan.images) {
    const file = `${out}/${image.path}`
    const found = files.get(file)
    if (found) yield [file, image, found.bytes]
  }
}

/** Also called for each output file in the moment that it gets its name. */
export function checkContent(world: World, job: SimJob, file: string, image: ImagePlan, bytes: Buffer): void {
  if (image.kind !== 'good') world.violated(`${file} is the output of an image that is ${image.kind}`)
  if (image.kind !== 'good' || isUnruly(world)) return
  const makers = makersOf(world, job, image, bytes)
  if (makers === 'right') return
  if (makers === 'nobody') {
    world.violated(`${file} of ${job.plan.name} has not the content that its image gives`)
    return
  }
  if (job.plan.verify < 1 || !canJudge(world, job)) return
  const names = makers.map(({ plan }) => plan.name).join(', ')
  world.violated(`${file} of ${job.plan.name} is a lie of ${names}, though every image was to be checked`)
}

export function checkFiles(world: World, job: SimJob): void {
  const { plan, out, peer } = job
  const own = ['journal.ndjson', ...(plan.kind === 'data' ? ['results-claimed'] : [])]
  const known = new Set(own.map((name) => `${out}/.murmuration/${name}`))
  if (plan.kind === 'data') known.add(`${out}/${RESULTS_FILE}`)
  else for (const { path } of plan.images) known.add(`${out}/${path}`)
  for (const path of peer.disk.files.keys()) {
    if (!path.startsWith(`${out}/`) || known.has(path)) continue
    // on a disk that fails what was to be removed may stay: the next job takes it away
    if (hasFault(world, 'failing-disk') && /\/partial\/|\/lock/.test(path)) continue
    if (path.includes('/partial/')) world.violated(`${path} is half an output and was left behind`)
    else if (path.endsWith('/lock')) world.violated(`${path} still locks the folder`)
    else world.violated(`${path} is no output of the job`)
  }
  const done = new Set<string>()
  for (const [file, image, bytes] of outputsOf(job)) {
    done.add(image.path)
    checkContent(world, job, file, image, bytes)
  }
  const last = job.runs.at(-1)?.summary
  if (last?.outcome !== 'done' && last?.outcome !== 'some-failed') return
  const failed = new Set(last.failures.map(({ path }) => path))
  for (const { path } of plan.images) {
    const isThere = done.has(path)
    // done by an earlier run, and this time its source could not be read
    if (isThere && hasFault(world, 'failing-disk')) continue
    if (isThere === failed.has(path))
      world.violated(`${path} is ${isThere ? 'done and' : 'neither done nor'} listed as failed`)
  }
}

/** After each run, however it ended: no image has two lines, and none is torn but where the run itself was. */
export function checkLines(world: World, job: SimJob, run: Run): void {
  const { plan, out, peer } = job
  const file = peer.disk.files.get(`${out}/${RESULTS_FILE}`)
  if (plan.kind !== 'data' || !file) return
  const name = `${plan.name}, run ${run.number}`
  const { whole, torn, strange } = linesOf(plan, file.bytes)
  const seen = new Set<string>()
  for (const { image } of whole) {
    if (seen.has(image.path)) world.violated(`${name}: ${image.path} has two lines in ${RESULTS_FILE}`)
    seen.add(image.path)
  }
  for (const line of strange) world.violated(`${name}: ${RESULTS_FILE} has a line of no image: ${line.slice(0, 60)}`)
  const mayBeTorn = run.summary === undefined || run.summary.code === 'ERR_OUTPUT'
  if (torn > 0 && !mayBeTorn) world.violated(`${name}: ${RESULTS_FILE} has ${torn} torn lines`)
}

interface Lines {
  readonly whole: readonly { readonly image: ImagePlan; readonly bytes: Buffer }[]
  readonly torn: number
  /** Of images that the job has not. */
  readonly strange: readonly string[]
}

function linesOf(plan: JobPlan, bytes: Buffer = Buffer.alloc(0)): Lines {
  const whole: { image: ImagePlan; bytes: Buffer }[] = []
  const strange: string[] = []
  let torn = 0
  for (const line of bytes.toString('utf8').split(/(?<=\n)/)) {
    const path = pathIn(line)
    const image = plan.images.find((one) => one.path === path)
    if (line === '\n') continue
    if (path === undefined) torn++
    else if (image) whole.push({ image, bytes: Buffer.from(line.slice(0, -1)) })
    else strange.push(line)
  }
  return { whole, torn: bytes.length === 0 ? 0 : torn, strange }
}

/** Undefined for a line that is not whole. */
function pathIn(line: string): string | undefined {
  if (!line.endsWith('\n')) return undefined
  try {
    const { path }: { path?: unknown } = JSON.parse(line)
    return String(path)
  } catch {
    return undefined
  }
}
