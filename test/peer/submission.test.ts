import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../src/base/errors.ts'
import { MAX_PENDING_EVENTS } from '../../src/base/limits.ts'
import type { JobEvent, JobSummary } from '../../src/peer/job-events.ts'
import { createSubmission, type SubmissionWorld } from '../../src/peer/submission.ts'
import { summary as sampleSummary } from '../support/sample-events.ts'
import { settle } from '../support/virtual-clock.ts'

const summary: JobSummary = sampleSummary()
const notice = (message: string): JobEvent => ({ event: 'notice', message })

/** A submission whose job does what the test says. */
function submission() {
  const ending = Promise.withResolvers<JobSummary>()
  let world: SubmissionWorld | undefined
  const made = createSubmission((given) => {
    world = given
    return ending.promise
  }, undefined)
  if (!world) throw new Error('the job did not start at once')
  return { made, world, ending }
}

describe('a submission', () => {
  it('yields its events and then the summary', async () => {
    const { made, world, ending } = submission()
    const seen: string[] = []
    const reading = (async () => {
      for await (const event of made) seen.push(event.event === 'notice' ? event.message : event.event)
    })()
    world.emit(notice('one'))
    await settle()
    world.emit(notice('two'))
    ending.resolve(summary)
    await reading
    expect(seen).toEqual(['one', 'two', 'summary'])
  })

  it('keeps events that come before the first look', async () => {
    const { made, world, ending } = submission()
    world.emit(notice('early'))
    ending.resolve(summary)
    const events: JobEvent[] = []
    for await (const event of made) events.push(event)
    expect(events[0]).toEqual(notice('early'))
  })

  it('needs no reader', async () => {
    const { made, world, ending } = submission()
    await settle()
    for (let index = 0; index <= MAX_PENDING_EVENTS; index++) world.emit(notice('unread'))
    expect(world.isSaturated()).toBe(false)
    ending.resolve(summary)
    expect(await made.summary).toBe(summary)
  })

  it('holds the job back while its reader is too far behind', async () => {
    const { made, world } = submission()
    const events = made[Symbol.asyncIterator]()
    for (let index = 0; index < MAX_PENDING_EVENTS; index++) world.emit(notice('unread'))
    expect(world.isSaturated()).toBe(true)
    await events.next()
    expect(world.isSaturated()).toBe(false)
    expect(world.signal.aborted).toBe(false)
  })

  it('is interrupted when its reader leaves early', async () => {
    const { made, world } = submission()
    world.emit(notice('one'))
    for await (const _ of made) break
    expect(world.signal.aborted).toBe(true)
  })

  it('throws to its reader why the job could not be planned', async () => {
    const { made, ending } = submission()
    ending.reject(new MurmurationError('ERR_INPUT', 'nothing there'))
    const read = async () => {
      for await (const _ of made);
    }
    await expect(read()).rejects.toThrow('nothing there')
  })
})
