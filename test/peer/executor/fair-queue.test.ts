import { describe, expect, it } from 'vitest'
import { createFairQueue } from '../../../src/peer/executor/fair-queue.ts'

function fill(lines: Record<string, string[]>) {
  const queue = createFairQueue<string, string>()
  for (const [owner, items] of Object.entries(lines)) for (const item of items) queue.push(owner, item)
  return queue
}

describe('a fair queue', () => {
  it('takes one item of each owner in turn, however many one of them has', () => {
    const queue = fill({ a: ['a1', 'a2', 'a3', 'a4'], b: ['b1'], c: ['c1', 'c2'] })
    const taken = Array.from({ length: 7 }, () => queue.take())
    expect(taken).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4'])
    expect(queue.take()).toBeUndefined()
    expect(queue.size).toBe(0)
  })

  it('gives an owner that came late its turn after those that wait already', () => {
    const queue = fill({ a: ['a1', 'a2', 'a3'] })
    expect(queue.take()).toBe('a1')
    queue.push('b', 'b1')
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['a2', 'b1', 'a3'])
  })

  it('peeks at exactly what it would take', () => {
    const queue = fill({ a: ['a1', 'a2'], b: ['b1'] })
    const notA = (owner: string) => owner !== 'a'
    expect(queue.peek()).toBe('a1')
    expect(queue.peek(notA)).toBe('b1')
    expect(queue.take(notA)).toBe('b1')
    expect(queue.peek(notA)).toBeUndefined()
    expect(queue.take()).toBe('a1')
  })

  it('forgets a removed item and an owner without items', () => {
    const queue = fill({ a: ['a1', 'a2'], b: ['b1'] })
    expect(queue.remove('b', 'b1')).toBe(true)
    expect(queue.remove('b', 'b1')).toBe(false)
    expect(queue.remove('a', 'b1')).toBe(false)
    expect([queue.size, queue.sizeOf('a'), queue.sizeOf('b')]).toEqual([2, 2, 0])
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['a1', 'a2', undefined])
  })
})
