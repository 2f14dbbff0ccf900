import { multiaddrConnectionPair } from '@libp2p/utils'
import { expect, it } from 'vitest'
import { MAX_UNPROVEN_CONNECTIONS } from '../../../src/base/limits.ts'
import { createDoorway, RETIRED_KEY_SENTENCE } from '../../../src/peer/admission/doorway.ts'

const KEY = new Uint8Array(32).fill(1)
const OLD_KEY = new Uint8Array(32).fill(2)

const connection = () => multiaddrConnectionPair()[0]

it('closes the one that has waited longest when too many wait, never one that has proved', () => {
  const doorway = createDoorway()
  const member = connection()
  doorway.arrived(member, 'a')
  doorway.admitted(member, KEY)
  const strangers = Array.from({ length: MAX_UNPROVEN_CONNECTIONS }, connection)
  for (const stranger of strangers) doorway.arrived(stranger, 'a')
  expect(strangers.map(({ status }) => status)).not.toContain('aborted')
  doorway.arrived(connection(), 'a')
  doorway.arrived(connection(), 'a')
  expect(strangers.map(({ status }) => status).slice(0, 3)).toEqual(['aborted', 'aborted', 'open'])
  expect(member.status).toBe('open')
})

it('takes from the host that has the most, so that a flood pushes out itself', () => {
  const doorway = createDoorway()
  const [early, slow] = [connection(), connection()]
  doorway.arrived(early, '/ip4/10.0.0.1')
  doorway.arrived(slow, '/ip4/10.0.0.2')
  for (let count = 0; count < 5 * MAX_UNPROVEN_CONNECTIONS; count++) doorway.arrived(connection(), '/ip4/10.6.6.6')
  expect([early.status, slow.status]).toEqual(['open', 'open'])
})

it('counts nobody who has gone', async () => {
  const doorway = createDoorway()
  for (let count = 0; count < 3 * MAX_UNPROVEN_CONNECTIONS; count++) {
    const [outside, inside] = multiaddrConnectionPair()
    doorway.arrived(inside, 'a')
    outside.abort(new Error('gone'))
    inside.abort(new Error('gone'))
  }
  const stays = connection()
  doorway.arrived(stays, 'a')
  for (let count = 1; count < MAX_UNPROVEN_CONNECTIONS; count++) doorway.arrived(connection(), 'a')
  expect(stays.status).toBe('open')
})

it('closes what was opened by a key that is not accepted any more, and nothing else', () => {
  const doorway = createDoorway()
  const [old, current, open] = [connection(), connection(), connection()]
  doorway.admitted(old, OLD_KEY)
  doorway.admitted(current, KEY)
  doorway.admitted(open, undefined)
  const reasons: (string | undefined)[] = []
  old.addEventListener('close', ({ error }) => reasons.push(error?.message))
  expect(doorway.closeRetired([KEY, OLD_KEY])).toBe(0)
  expect(doorway.closeRetired([Uint8Array.from(KEY)])).toBe(1)
  expect(doorway.closeRetired([KEY])).toBe(0)
  expect([old.status, current.status, open.status]).toEqual(['aborted', 'open', 'open'])
  expect(reasons).toEqual([RETIRED_KEY_SENTENCE])
})
