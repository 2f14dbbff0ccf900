import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PersistentMap } from '../../src/base/persistent-map.ts'

const someChanges = fc.array(
  fc.record({ key: fc.string({ maxLength: 2 }), value: fc.option(fc.integer(), { nil: undefined }) }),
  { maxLength: 300 },
)

describe('a persistent map', () => {
  test('holds what an ordinary map holds after the same changes', () => {
    fc.assert(
      fc.property(someChanges, (changes) => {
        const ordinary = new Map<string, number>()
        let map = PersistentMap.empty<string, number>()
        for (const { key, value } of changes) {
          if (value === undefined) ordinary.delete(key)
          else ordinary.set(key, value)
          map = value === undefined ? map.without(key) : map.with(key, value)
          expect(map.size).toBe(ordinary.size)
          expect(map.get(key)).toBe(value)
          expect(map.has(key)).toBe(value !== undefined)
        }
        expect(new Map(map)).toEqual(ordinary)
        expect([...map.keys()].sort()).toEqual([...ordinary.keys()].sort())
        expect([...map.values()].sort()).toEqual([...ordinary.values()].sort())
        expect(new Map(PersistentMap.of(ordinary))).toEqual(ordinary)
      }),
    )
  })

  test('stays as it was when another is made of it', () => {
    const before = PersistentMap.of<string, number>([
      ['a', 1],
      ['b', 2],
    ])
    before.with('a', 3).with('c', 4).without('b')
    expect([...before].sort()).toEqual([
      ['a', 1],
      ['b', 2],
    ])
  })
})
