/** Each cause that the doctor knows, scripted: the sentence that a person reads. */

import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { peerId } from '../../../src/base/ids.ts'
import { wallClock } from '../../../src/peer/doctor/checks/clock.ts'
import { cpu } from '../../../src/peer/doctor/checks/cpu.ts'
import { dataFolder } from '../../../src/peer/doctor/checks/data-folder.ts'
import { executors } from '../../../src/peer/doctor/checks/executors.ts'
import { identity } from '../../../src/peer/doctor/checks/identity.ts'
import { CHECKS } from '../../../src/peer/doctor/checks/index.ts'
import { keyFile } from '../../../src/peer/doctor/checks/key-file.ts'
import { memory } from '../../../src/peer/doctor/checks/memory.ts'
import { missingPeers } from '../../../src/peer/doctor/checks/missing-peers.ts'
import { multicast } from '../../../src/peer/doctor/checks/multicast.ts'
import { namedAddresses } from '../../../src/peer/doctor/checks/named-addresses.ts'
import { nodeVersion } from '../../../src/peer/doctor/checks/node-version.ts'
import { outputFolder } from '../../../src/peer/doctor/checks/output-folder.ts'
import { port } from '../../../src/peer/doctor/checks/port.ts'
import { speed } from '../../../src/peer/doctor/checks/speed.ts'
import { versions } from '../../../src/peer/doctor/checks/versions.ts'
import { wrongKey } from '../../../src/peer/doctor/checks/wrong-key.ts'
import { diagnose } from '../../../src/peer/doctor/diagnose.ts'
import type { RunningPeer } from '../../../src/peer/identity/running-peers.ts'
import { CLOCKS_DIFFER } from '../../../src/peer/node/connector.ts'
import { doctorWorld, fileError, findingsOf } from '../../support/doctor-world.ts'
import { peerSnapshot } from '../../support/sample-events.ts'

const runningPeer = (part: Partial<RunningPeer> = {}): RunningPeer => ({
  id: peerId('id-attic'),
  name: 'attic',
  role: 'executor',
  addresses: ['/ip4/127.0.0.1/tcp/4601/p2p/id-attic'],
  pid: 4711,
  host: 'here',
  started: 0,
  ...part,
})

const reject = (error: Error) => async () => {
  throw error
}

it('finds nothing but what is well where all is well', async () => {
  const diagnoses = await diagnose(CHECKS, doctorWorld())
  expect(diagnoses.filter(({ level }) => level !== 'ok')).toEqual([])
  expect(new Set(diagnoses.map(({ check }) => check))).toEqual(new Set(CHECKS.map(({ name }) => name)))
})

it('puts problems before warnings before what is well, and causes before what follows from them', async () => {
  const world = doctorWorld({
    sight: {
      peers: [],
      dialProblems: [{ address: '/ip4/10.0.0.2/tcp/4601', code: 'ERR_WRONG_KEY', message: 'another key' }],
    },
    machine: { cpuUse: async () => ({ others: 0.9, peers: 0, timerDelayMs: 0 }) },
  })
  const diagnoses = await diagnose(CHECKS, world)
  expect(diagnoses.slice(0, 4).map(({ check, level }) => `${level} ${check}`)).toEqual([
    'problem wrong-key',
    'problem executors',
    'warning cpu',
    'ok node',
  ])
})

it('makes a warning of a check that fails, and of one that does not end', async () => {
  const failing = { name: 'failing', summary: '', run: reject(new Error('it broke')) }
  const hanging = { name: 'hanging', summary: '', run: () => new Promise<never>(() => {}) }
  const world = doctorWorld()
  const hasty = {
    ...world,
    clock: {
      ...world.clock,
      setTimer: (_: number, callback: () => void) => {
        queueMicrotask(() => setImmediate(callback))
        return { cancel: () => {} }
      },
    },
  }
  const diagnoses = await diagnose([failing, hanging], hasty)
  expect(diagnoses.map(({ check, level, sentence }) => `${level} ${check}: ${sentence}`)).toEqual([
    'warning failing: it broke',
    'warning hanging: the check "hanging" was expected within 12500 ms and did not come',
  ])
})

it('says that Node is too old', async () => {
  expect(await findingsOf(nodeVersion, { machine: { nodeVersion: '20.20.2' } })).toEqual([
    'problem: peer needs Node 22.13 or newer, and this is 20.20.2: it cannot join → Install Node 22.13 or newer.',
  ])
  expect(await findingsOf(nodeVersion, { machine: { nodeVersion: '22.12.0' } })).toHaveLength(1)
  expect(await findingsOf(nodeVersion, { machine: { nodeVersion: '22.13.0' } })).toEqual(['ok: Node 22.13.0'])
})

describe('the data folder', () => {
  const start = 'the data folder /home/ann/murmuration cannot be written, so no peer can start:'
  it.each([
    ['EACCES', `${start} this user may not write into /home/ann/murmuration`],
    ['EROFS', `${start} /home/ann/murmuration is on a read-only file system`],
    ['ENOSPC', `${start} the disk is full`],
    ['EDQUOT', `${start} this user's quota on that disk is used up`],
  ])('cannot be written: %s', async (code, sentence) => {
    const files = { tryWriting: reject(fileError(code)) }
    const advice = 'Make it writable for this user, or choose another folder with --data-dir.'
    expect(await findingsOf(dataFolder, { files })).toEqual([`problem: ${sentence} → ${advice}`])
  })

  it('is a file', async () => {
    const files = { stat: async () => ({ isFolder: false, mode: 0o600 }) }
    expect(await findingsOf(dataFolder, { files })).toEqual([
      expect.stringContaining(`${start} /home/ann/murmuration is a file and no folder`),
    ])
  })

  it('can be written by others', async () => {
    const files = { stat: async () => ({ isFolder: true, mode: 0o775 }) }
    expect(await findingsOf(dataFolder, { files })).toEqual([
      'warning: other users may write into the data folder /home/ann/murmuration (mode 0775), and so replace the cluster key → Run chmod 700 on it.',
    ])
  })

  it('is on a disk that is nearly full', async () => {
    const files = { freeBytes: async () => 12 * 1024 ** 2 }
    expect(await findingsOf(dataFolder, { files })).toEqual([
      'warning: the disk of the data folder /home/ann/murmuration has only 12 MB left → Make room, or choose another folder with --data-dir.',
    ])
  })

  it('is not made yet: what is above it is tried', async () => {
    const tried: string[] = []
    const files = {
      stat: async (path: string) => (path === '/home/ann' ? { isFolder: true, mode: 0o755 } : undefined),
      tryWriting: async (folder: string) => {
        tried.push(folder)
        return { writtenAt: 0 }
      },
    }
    expect(await findingsOf(dataFolder, { files })).toEqual([
      'ok: the data folder /home/ann/murmuration will be made at the first start',
    ])
    expect(tried).toEqual(['/home/ann'])
  })
})

describe('the key file', () => {
  it('that others may read', async () => {
    const sentence =
      'the cluster key file /k expects to be readable by its owner only, and has mode 0644: run chmod 600 /k'
    const keyFingerprint = reject(new MurmurationError('ERR_KEY', sentence))
    expect(await findingsOf(keyFile, { keyFingerprint })).toEqual([
      `problem: ${sentence} → \`peer key\` shows the cluster key file in use.`,
    ])
  })

  it('that was named and is not there', async () => {
    const options = { isKeyFileNamed: true, keyFile: '/k' }
    expect(await findingsOf(keyFile, { options, keyFingerprint: async () => undefined })).toEqual([
      'problem: the key file /k that was named does not exist → `peer join --key-file FILE` makes one from the line of `peer invite`.',
    ])
  })
})

it('says that a peer holds another key, and which is the one here', async () => {
  const dialProblems = [{ address: '/ip4/10.0.0.2/tcp/4601', code: 'ERR_WRONG_KEY', message: 'whatever' } as const]
  expect(await findingsOf(wrongKey, { sight: { dialProblems } })).toEqual([
    'problem: the peer at /ip4/10.0.0.2/tcp/4601 holds another cluster key (here it is abcd-1234): neither lets the other in → Compare `peer key` on both machines; `peer invite` there and `peer join --replace` here make them one cluster.',
  ])
})

describe('named addresses', () => {
  const named = ['/ip4/10.0.0.2/tcp/4601/p2p/whoever']
  it.each([
    ['refused', 'that machine is there, but nothing listens on the port'],
    ['silent', 'no answer; the machine is off or asleep, or a firewall drops the connection'],
    ['no-route', 'there is no way to that address from this machine'],
    ['unknown-host', 'nobody knows that host name'],
  ] as const)('that cannot be reached: %s', async (outcome, why) => {
    const tried: unknown[] = []
    const network = {
      connect: async (...where: readonly [string, number]) => {
        tried.push(where)
        return outcome
      },
    }
    const [alone] = await findingsOf(namedAddresses, { named, network, sight: { peers: [] } })
    expect(alone).toContain(`problem: /ip4/10.0.0.2/tcp/4601 is unreachable: ${why} → `)
    expect(tried).toEqual([['10.0.0.2', 4601]])
    // with others there it is not why nobody is found
    const [beside] = await findingsOf(namedAddresses, { named, network })
    expect(beside).toContain(`warning: /ip4/10.0.0.2/tcp/4601 is unreachable: ${why} → `)
  })

  it('where something else answers', async () => {
    const message = '/ip4/10.0.0.2/tcp/4601: another program answers there, or a peer that was started with --insecure'
    const dialProblems = [{ address: '/ip4/10.0.0.2/tcp/4601', code: 'ERR_UNREACHABLE', message } as const]
    const [finding] = await findingsOf(namedAddresses, { named, sight: { peers: [], dialProblems } })
    expect(finding).toContain(`problem: ${message} → `)
  })
})

describe('peers that were met before', () => {
  const remembered = [
    {
      id: peerId('id-lab'),
      name: 'lab',
      addresses: ['/ip4/127.0.0.1/tcp/4601/p2p/id-lab', '/ip4/10.0.0.3/tcp/4601/p2p/id-lab'],
      lastSeen: Date.UTC(2026, 10, 22) - 3 * 3_600_000,
    },
  ]
  it.each([
    ['refused', 'its machine answers, but no peer runs there'],
    ['open', 'something listens at its address, but not as a member of this cluster'],
    ['silent', 'its machine does not answer; it is off or asleep, or a firewall drops the connection'],
    ['no-route', 'there is no way to its address from this machine'],
  ] as const)('and are missing: %s', async (outcome, why) => {
    const network = { connect: async () => outcome }
    expect(await findingsOf(missingPeers, { network, sight: { remembered } })).toEqual([
      `warning: lab, last seen 3 hours ago, is not here: ${why} → On its machine: \`peer doctor\`, then \`peer start --lan --name lab\`.`,
    ])
  })

  it('that say they run, and do not answer', async () => {
    const running = [runningPeer()]
    const [finding] = await findingsOf(missingPeers, { running, sight: { peers: [] } })
    expect(finding).toContain(
      'problem: attic runs (process 4711 on here) and does not answer: it is stopped, starved of CPU, or hangs → ',
    )
    // it answered, and why it is not let in is said elsewhere
    const dialProblems = [
      { address: '/ip4/127.0.0.1/tcp/4601', code: 'ERR_WRONG_KEY', message: 'another key' } as const,
    ]
    expect(await findingsOf(missingPeers, { running, sight: { peers: [], dialProblems } })).toEqual([
      'ok: no peer was met before',
    ])
  })

  it('and are here, or said goodbye', async () => {
    for (const state of ['alive', 'left'] as const) {
      const peers = [peerSnapshot({ name: 'lab', state })]
      const [finding] = await findingsOf(missingPeers, { sight: { remembered, peers } })
      expect(finding).toMatch(/^ok: /)
    }
  })
})

describe('versions', () => {
  it('that make other pixels', async () => {
    const peers = [peerSnapshot({ name: 'old', version: '0.0.9', pixelVersion: 'other' })]
    expect(await findingsOf(versions, { sight: { peers } })).toEqual([
      'problem: old gets no task from here: it makes other pixels (murmuration 0.0.9 with pixelVersion other; here 0.1.0 with test) → Install the same version of murmuration on both machines, then start it again.',
    ])
  })

  it('with other operations', async () => {
    const peers = [peerSnapshot({ name: 'old', operationsHash: 'ffff' })]
    expect(await findingsOf(versions, { sight: { peers } })).toEqual([
      expect.stringContaining(
        'problem: old gets no task from here: it makes other pixels (murmuration 0.1.0 with another set of operations',
      ),
    ])
  })

  it('that differ and make the same pixels', async () => {
    const peers = [peerSnapshot({ name: 'new', version: '0.1.1' })]
    expect(await findingsOf(versions, { sight: { peers } })).toEqual([
      'warning: new (0.1.1): another version than here (0.1.0), with the same pixels → They work together; install one version when it suits.',
    ])
  })
})

describe('identities', () => {
  it('that two processes use', async () => {
    const places = [['/ip4/10.0.0.2/tcp/4601/p2p/id-x'], ['/ip4/10.0.0.3/tcp/4601/p2p/id-x']] as const
    const conflicts = [{ peer: peerId('id-x'), name: 'attic', places }]
    const [finding] = await findingsOf(identity, { sight: { conflicts } })
    expect(finding).toContain(
      'problem: two processes use the identity of attic (id-x) at the same time: one at /ip4/10.0.0.2/tcp/4601, one at /ip4/10.0.0.3/tcp/4601 → A data folder was copied.',
    )
  })

  it('that a process holds without saying that it runs', async () => {
    const files = { list: async () => ['attic', 'lab'], lockHolder: async () => 99 }
    const found = await findingsOf(identity, { files, running: [runningPeer({ pid: 98 })] })
    expect(found).toHaveLength(2)
    expect(found[0]).toContain('warning: process 99 holds the identity attic, but does not say that it runs')
    expect(await findingsOf(identity, { files, running: [runningPeer({ pid: 99 })] })).toEqual([
      'ok: no identity is used twice',
    ])
  })
})

describe('executors', () => {
  const seen = (...peers: ReturnType<typeof peerSnapshot>[]) => findingsOf(executors, { sight: { peers } })

  it('of which there are none', async () => {
    const none =
      'problem: nobody runs tasks: no executor answered within 2.5 s → Start one with `peer start`; on another machine with `peer start --lan`, after `peer join`.'
    expect(await seen()).toEqual([none])
    expect(await seen(peerSnapshot({ role: 'observer' }), peerSnapshot({ state: 'dead' }))).toEqual([none])
  })

  it('that take nothing', async () => {
    const [finding] = await seen(
      peerSnapshot({ name: 'a', isPaused: true }),
      peerSnapshot({ name: 'b', isDraining: true }),
      peerSnapshot({ name: 'c', load: 1 }),
    )
    expect(finding).toContain(
      'problem: no executor takes tasks: a is paused, b is draining and c refuses everything (load probability 1) → ',
    )
  })

  it('of which some take little or nothing', async () => {
    expect(
      await seen(
        peerSnapshot({ name: 'a' }),
        peerSnapshot({ name: 'b', isPaused: true }),
        peerSnapshot({ name: 'c', load: 0.9 }),
      ),
    ).toEqual([
      'warning: b is paused → It gets no task until then.',
      'warning: c refuses about 90 % of its tasks: its load probability is 0.9 → It was started with --load, or --load auto sees other programs use its CPU.',
    ])
  })

  it('that could not be looked for', async () => {
    const [finding] = await findingsOf(executors, { sight: { kind: 'blind', code: 'ERR_KEY', message: 'no key' } })
    expect(finding).toContain('problem: the cluster could not be looked at: no key → ')
  })
})

describe('the port', () => {
  const network = { listen: async () => 'taken' as const }

  it('that nobody says to have, which another program may or a peer with another data folder', async () => {
    const sight = { peers: [] }
    expect(await findingsOf(port, { network, sight })).toEqual([
      'warning: port 4601 is taken, by another program or by a peer with another data folder: peer start takes the next free one, which bootstrap lists of others do not name → End what has it, or use --listen with a port that the lists name.',
    ])
    expect(await findingsOf(port, { network, sight, options: { listen: '/ip4/127.0.0.1/tcp/5000' } })).toEqual([
      'problem: port 5000 is taken, by another program or by a peer with another data folder: peer start --listen /ip4/127.0.0.1/tcp/5000 would fail → Choose another port with --listen, or end what has it.',
    ])
  })

  it('that a peer of the cluster has which is seen on this machine, and says so in another data folder', async () => {
    const here = peerSnapshot({ name: 'attic', addresses: ['/ip4/192.168.1.20/tcp/4601', '/ip4/127.0.0.1/tcp/4601'] })
    expect(await findingsOf(port, { network, sight: { peers: [here] } })).toEqual([
      'ok: port 4601 is used by attic, a peer of this cluster',
    ])
    const elsewhere = { ...here, addresses: ['/ip4/192.168.1.99/tcp/4601', '/ip4/127.0.0.1/tcp/4601'] }
    for (const peer of [elsewhere, { ...here, state: 'dead' as const }]) {
      const [finding] = await findingsOf(port, { network, sight: { peers: [peer] } })
      expect(finding).toContain('warning: port 4601 is taken, by another program or by a peer with another')
    }
  })

  it('that a peer of this user has', async () => {
    expect(await findingsOf(port, { network, running: [runningPeer()] })).toEqual([
      'ok: port 4601 is used by attic, a peer of this user',
    ])
    const running = [runningPeer({ addresses: ['/ip4/127.0.0.1/tcp/46010'] })]
    expect(await findingsOf(port, { network, running, sight: { peers: [] } })).toEqual([
      expect.stringContaining('warning: port 4601 is taken, by another program'),
    ])
  })

  it('that is not allowed, or on no interface', async () => {
    const options = { listen: '/ip4/10.9.9.9/tcp/80' }
    const [forbidden] = await findingsOf(port, { options, network: { listen: async () => 'forbidden' } })
    expect(forbidden).toContain('problem: this user may not listen on port 80 → ')
    const [nowhere] = await findingsOf(port, { options, network: { listen: async () => 'no-such-address' } })
    expect(nowhere).toContain(
      'problem: no interface of this machine has the address 10.9.9.9 of /ip4/10.9.9.9/tcp/80 → ',
    )
  })
})

describe('the output folder', () => {
  it.each([
    ['EACCES', 'this user may not write into /home/ann/out'],
    ['EROFS', '/home/ann/out is on a read-only file system'],
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', "this user's quota on that disk is used up"],
    ['ENOTDIR', '/home/ann/out has a file in its path where a folder is expected'],
  ])('cannot be written: %s', async (code, why) => {
    const files = { tryWriting: reject(fileError(code)) }
    expect(await findingsOf(outputFolder, { files })).toEqual([
      `problem: the output folder /home/ann/out cannot be written: ${why} → Choose another folder with --out.`,
    ])
    // nobody asked for the default one
    const [byDefault] = await findingsOf(outputFolder, { files, options: { isOutNamed: false } })
    expect(byDefault).toMatch(/^warning: /)
  })

  it('is on a disk that is nearly full', async () => {
    const files = { freeBytes: async () => 99 * 1024 ** 2 }
    expect(await findingsOf(outputFolder, { files })).toEqual([
      'problem: the disk of the output folder /home/ann/out has only 99 MB left → Make room. Choose another folder with --out.',
    ])
  })
})

describe('the CPU', () => {
  it('that other programs use', async () => {
    const machine = { cpuUse: async () => ({ others: 0.93, peers: 0, timerDelayMs: 3 }) }
    expect(await findingsOf(cpu, { machine })).toEqual([
      "warning: other programs use 93 % of this machine's CPU: peers here are slow, and with --load auto refuse about as much → End what is not needed, or give the peer fewer --slots.",
    ])
  })

  it('that leaves timers waiting', async () => {
    const machine = { cpuUse: async () => ({ others: 0, peers: 1, timerDelayMs: 640 }) }
    const [finding] = await findingsOf(cpu, { machine })
    expect(finding).toContain(
      "warning: timers come 640 ms late here: the CPU is starved, and others may take this machine's peers for dead → ",
    )
  })

  it('of which a container allows less than there are slots', async () => {
    const machine = { cpuLimit: async () => 1.5 }
    expect(await findingsOf(cpu, { machine })).toEqual([
      'warning: peer start has 4 slots, but this container may use 1.5 cores (cgroup CPU limit): its tasks only wait for one another → Give it --slots 1, or raise the limit.',
    ])
    const running = [runningPeer()]
    const sight = { peers: [peerSnapshot({ name: 'attic', slots: 8 })] }
    const [finding] = await findingsOf(cpu, { machine, running, sight })
    expect(finding).toContain('warning: attic has 8 slots, but this container may use 1.5 cores')
  })
})

it('says that the memory is too small for all slots with the largest images', async () => {
  const machine = { memoryBytes: () => 2 * 1024 ** 3, parallelism: 16 }
  expect(await findingsOf(memory, { machine })).toEqual([
    'warning: the largest images in all slots at once may need 10 GB, and there are 2 GB (peer start: 16 slots of up to 50 MP) → Give --slots 3 or a smaller --max-pixels; with small images it does not matter.',
  ])
  expect(await findingsOf(memory, { machine, options: { slots: 3 } })).toEqual([
    'ok: 2 GB of memory suffice for all slots',
  ])
})

/** Ten tasks of so many milliseconds in the mean. */
const busyFor = (meanMs: number) => ({ balanced: { tasks: 10, totalMs: 10 * meanMs, meanMs } })

it('does not call a peer slow that worked on icons, whose time does not go into their pixels', async () => {
  const photos = [30, 40].map((msPerMegapixel, index) =>
    peerSnapshot({ name: `p${index}`, msPerMegapixel, strategies: busyFor(msPerMegapixel * 6) }),
  )
  const icons = peerSnapshot({ name: 'icons', msPerMegapixel: 500, strategies: busyFor(2) })
  expect(await findingsOf(speed, { sight: { peers: [...photos, icons] } })).toEqual([
    'ok: the executors are about equally fast',
  ])
  const slow = { ...icons, name: 'slow', msPerMegapixel: 5000, strategies: busyFor(20) }
  expect(await findingsOf(speed, { sight: { peers: [icons, slow] } })).toEqual([
    'ok: too few executors have worked on images large enough to compare their speed',
  ])
})

it('says who is much slower than the others', async () => {
  const peers = [30, 40, 200].map((msPerMegapixel, index) =>
    peerSnapshot({ name: `p${index}`, msPerMegapixel, strategies: busyFor(msPerMegapixel * 6) }),
  )
  expect(await findingsOf(speed, { sight: { peers } })).toEqual([
    'warning: p2 takes 200 ms per megapixel, the usual is 40 ms → Other programs may use its CPU, or it has more slots (2) than free cores: run `peer doctor` there.',
  ])
})

describe('multicast', () => {
  it.each([
    ['failed', 'cannot even be sent'],
    ['silent', 'is sent but never heard'],
  ] as const)('is blocked: %s', async (outcome, what) => {
    const [finding] = await findingsOf(multicast, { network: { multicast: async () => outcome } })
    expect(finding).toContain(
      `warning: multicast is blocked: an mDNS query ${what} on eth0 → Peers on other machines are then found by addresses only`,
    )
  })

  it('needs no look where it is turned off, and no network', async () => {
    const network = { interfaces: () => [], multicast: reject(new Error('not to be tried')) }
    expect(await findingsOf(multicast, { network })).toEqual([
      'ok: this machine has no network but its own loopback: mDNS has nobody to find',
    ])
    expect(await findingsOf(multicast, { network, options: { mdns: false } })).toEqual([
      'ok: mDNS is turned off (--no-mdns)',
    ])
  })
})

describe('the clock', () => {
  it('that is before this program was written', async () => {
    const [finding] = await findingsOf(wallClock, { wallTime: 0 })
    expect(finding).toContain("problem: this machine's clock says 1970-01-01, which is before this program was written")
  })

  it('of a file server that differs', async () => {
    const files = { tryWriting: async () => ({ writtenAt: Date.UTC(2026, 10, 22) - 600_000 }) }
    const [finding] = await findingsOf(wallClock, { files })
    expect(finding).toContain(
      "warning: the file system of /home/ann/murmuration is 10 min apart from this machine's clock → ",
    )
  })

  it('of another machine that differs', async () => {
    const message = `/ip4/10.0.0.2/tcp/4601: ${CLOCKS_DIFFER}`
    const dialProblems = [{ address: '/ip4/10.0.0.2/tcp/4601', code: 'ERR_UNREACHABLE', message } as const]
    expect(await findingsOf(wallClock, { sight: { dialProblems } })).toEqual([
      `problem: ${message} → Set both clocks, and turn on time synchronisation (NTP).`,
    ])
    // and it is said once
    expect(await findingsOf(namedAddresses, { sight: { dialProblems }, named: ['/ip4/10.0.0.2/tcp/4601'] })).toEqual([
      'ok: the address to dial can be reached',
    ])
  })
})
