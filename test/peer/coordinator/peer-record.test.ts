import { describe, expect, it } from 'vitest'
import { RESPONSE_TIME_SAMPLES } from '../../../src/base/limits.ts'
import { MAX_REFUSAL_RATE, PeerRecord } from '../../../src/peer/coordinator/peer-record.ts'

const record = (loadProbability = 0, msPerMegapixel = 0) =>
  new PeerRecord({ loadProbability, msPerMegapixel, outstanding: 0 })

describe('what a job learned about a peer', () => {
  it('takes the gossiped probability as refusal rate at first', () => {
    expect(record(0.4).refusalRate).toBeCloseTo(0.4)
  })

  it('moves from the gossiped probability to what was seen', () => {
    const liar = record(0.9)
    for (let offer = 0; offer < 30; offer++) liar.accepted()
    expect(liar.refusalRate).toBeLessThan(0.3)
    const refuser = record(0)
    for (let offer = 0; offer < 30; offer++) refuser.refusedByLoad()
    expect(refuser.refusalRate).toBeGreaterThan(0.7)
  })

  it('never thinks that a peer refuses everything', () => {
    const refuser = record(1)
    for (let offer = 0; offer < 100; offer++) refuser.refusedByLoad()
    expect(refuser.refusalRate).toBe(MAX_REFUSAL_RATE)
  })

  it('backs off from 25 ms, doubling to 500 ms, until an acceptance', () => {
    const busy = record()
    const pauses = Array.from({ length: 7 }, () => {
      busy.refusedForNow(1_000)
      return busy.backedOffUntilMs - 1_000
    })
    expect(pauses).toEqual([25, 50, 100, 200, 400, 500, 500])
    expect(busy.isBackedOff(1_499)).toBe(true)
    busy.accepted()
    expect(busy.isBackedOff(1_000)).toBe(false)
    busy.refusedForNow(1_000)
    expect(busy.backedOffUntilMs).toBe(1_025)
  })

  it('means the last twenty response times', () => {
    const peer = record()
    expect(peer.meanResponseMs).toBeUndefined()
    for (let answer = 0; answer < 5; answer++) peer.answered(1_000)
    for (let answer = 0; answer < RESPONSE_TIME_SAMPLES; answer++) peer.answered(100)
    expect(peer.meanResponseMs).toBe(100)
  })

  it('counts failures that return fast as slow, until answers come again', () => {
    const peer = record(0, 10)
    peer.failed(1, 200)
    expect(peer.meanResponseMs).toBe(400)
    expect(peer.msPerMegapixel).toBe(20)
    peer.answered(100)
    expect(peer.msPerMegapixel).toBe(10)
  })
})
