import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatInvitation, INVITATION_PREFIX, parseInvitation } from '../../../src/peer/identity/invitation.ts'
import { rejectionOf } from '../../support/rejection.ts'

const key = Uint8Array.from({ length: 32 }, (_, index) => index * 7)
const addresses = ['/ip4/192.168.0.7/tcp/4601', '/dns4/lab.example/tcp/4602']

it('is one line, and says the same to whoever reads it', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.array(fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 })), { maxLength: 16 }),
      (anyKey, places) => {
        const invitation = { key: anyKey, addresses: places.map(([ip, port]) => `/ip4/${ip}/tcp/${port}`) }
        const line = formatInvitation(invitation)
        expect(line).toMatch(/^murmuration1:[A-Za-z0-9_-]+$/)
        expect(parseInvitation(`${line}\n`)).toEqual(invitation)
      },
    ),
  )
})

it('survives the line breaks of terminals and mails', () => {
  const line = formatInvitation({ addresses, key })
  const broken = line.replace(/(.{20})/g, '$1\r\n  ')
  expect(parseInvitation(broken)).toEqual({ addresses, key })
})

it('is refused when any one character was changed or any part is missing', async () => {
  const line = formatInvitation({ addresses, key })
  await fc.assert(
    fc.asyncProperty(fc.nat(line.length - 1), fc.constantFrom(...'AZaz09_-'), async (at, letter) => {
      fc.pre(line[at] !== letter)
      const changed = line.slice(0, at) + letter + line.slice(at + 1)
      // The last character of base64 may hold unused bits: then nothing was changed.
      const same = Buffer.from(changed.slice(13), 'base64url').equals(Buffer.from(line.slice(13), 'base64url'))
      if (at >= INVITATION_PREFIX.length && same) return
      expect((await rejectionOf(() => parseInvitation(changed))).code).toBe('ERR_USAGE')
      expect((await rejectionOf(() => parseInvitation(line.slice(0, at)))).code).toBe('ERR_USAGE')
    }),
  )
})

it.each([
  ['', 'got nothing'],
  ['hello', 'begins with "murmuration1:"'],
  ['murmuration1:', 'cut or changed'],
  ['x'.repeat(20_000), 'at most 16384 characters, got 20000'],
])('tells what is wrong with %.20j', async (text, expected) => {
  expect((await rejectionOf(() => parseInvitation(text))).message).toContain(expected)
})

it('never repeats the secret in an error', async () => {
  const line = formatInvitation({ addresses: ['/ip4/1.2.3.4/udp/1'], key })
  const error = await rejectionOf(() => parseInvitation(line))
  expect(error.message).toContain('/ip4/1.2.3.4/udp/1')
  expect(error.message).not.toContain(Buffer.from(key).toString('base64url'))
})
