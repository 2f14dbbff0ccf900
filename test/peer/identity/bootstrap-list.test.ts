import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MAX_BOOTSTRAP_LINES } from '../../../src/base/limits.ts'
import { parseBootstrap } from '../../../src/peer/identity/bootstrap-list.ts'

const ID = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'

it('reads one address a line, with or without a peer id, and leaves comments and empty lines out', () => {
  const text = `\uFEFF# the lab
/ip4/192.168.0.7/tcp/4601

  /dns4/lab.example/tcp/4602/p2p/${ID}   # the big machine\r
/ip6/fe80::1/tcp/4603
/ip4/192.168.0.7/tcp/4601
`
  expect(parseBootstrap(text, 'bootstrap.txt')).toEqual({
    addresses: ['/ip4/192.168.0.7/tcp/4601', `/dns4/lab.example/tcp/4602/p2p/${ID}`, '/ip6/fe80::1/tcp/4603'],
    problems: [],
  })
})

it('names a bad line with its number and still uses the others', () => {
  const { addresses, problems } = parseBootstrap(
    '192.168.0.7:4601\n/ip4/10.0.0.1/tcp/4601\n/ip4/1.2.3.4/udp/5',
    'b.txt',
  )
  expect(addresses).toEqual(['/ip4/10.0.0.1/tcp/4601'])
  expect(problems).toEqual([
    {
      line: 1,
      text: '192.168.0.7:4601',
      message:
        'b.txt, line 1: an address expects a multiaddr such as /ip4/192.168.0.7/tcp/4601, got "192.168.0.7:4601"',
    },
    {
      line: 3,
      text: '/ip4/1.2.3.4/udp/5',
      message:
        'b.txt, line 3: an address expects a host and a TCP port such as /ip4/192.168.0.7/tcp/4601, got "/ip4/1.2.3.4/udp/5"',
    },
  ])
})

it('uses at most MAX_BOOTSTRAP_LINES addresses and says so', () => {
  const lines = Array.from({ length: MAX_BOOTSTRAP_LINES + 5 }, (_, index) => `/ip4/10.0.0.1/tcp/${index + 1}`)
  const { addresses, problems } = parseBootstrap(lines.join('\n'), 'b.txt')
  expect(addresses).toHaveLength(MAX_BOOTSTRAP_LINES)
  expect(problems.map(({ line }) => line)).toEqual([MAX_BOOTSTRAP_LINES + 1])
})

it('never throws, whatever the file holds', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `/ip4/${text}`),
        ),
      ),
      (lines) => {
        const { addresses, problems } = parseBootstrap(lines.join('\n'), 'b.txt')
        expect(addresses.length + problems.length).toBeLessThanOrEqual(lines.join('\n').split(/\r\n|\r|\n/).length)
      },
    ),
  )
})
