/** Peers that say they run, and peers that were met before, which are not here now. */

import type { PeerId } from '../../../base/ids.ts'
import { MAX_DOCTOR_ADDRESSES } from '../../../base/limits.ts'
import type { KnownPeer } from '../../identity/known-peers.ts'
import { isLoopback, type RunningPeer } from '../../identity/running-peers.ts'
import { endpointOf } from '../../node/dial-plan.ts'
import { type Check, counted, type Finding, ok, problem, warning } from '../check.ts'
import { type ConnectOutcome, type DoctorWorld, isThere, type SeenCluster } from '../world.ts'

/** Of those met before: more lines would hide the others. */
const MAX_MISSING = 5

export const missingPeers: Check = {
  name: 'missing-peers',
  summary: 'the peers that say they run, and those that were met before, are here',
  async run(world) {
    const sight = await world.sight()
    if (sight.kind === 'blind') return [ok('not known: the cluster could not be looked at')]
    const here = new Set(sight.peers.filter(isThere).map(({ id }) => id))
    const left = new Set(sight.peers.filter(({ state }) => state === 'left').map(({ id }) => id))
    const missing = sight.remembered.filter(({ id }) => !here.has(id) && !left.has(id))
    const silent = findSilent(await world.running(), sight, here)
    const absent = await Promise.all(missing.slice(0, MAX_MISSING).map((peer) => explain(world, peer)))
    const findings = [...silent, ...absent]
    if (findings.length > 0) return findings
    return [ok(here.size === 0 ? 'no peer was met before' : `${counted(here.size, 'peer')} here, nobody is missing`)]
  },
}

/** Without those that answered and whose key or program is another: other checks say so. */
function findSilent(
  running: readonly RunningPeer[],
  sight: SeenCluster,
  here: ReadonlySet<PeerId>,
): readonly Finding[] {
  const answered = new Set(sight.dialProblems.map(({ address }) => address))
  return running
    .filter(({ id, role, addresses }) => {
      return role === 'executor' && !here.has(id) && !addresses.map(endpointOf).some((address) => answered.has(address))
    })
    .map(({ name, pid, host }) =>
      problem(
        `${name} runs (process ${pid} on ${host}) and does not answer: it is stopped, starved of CPU, or hangs`,
        `Look at it there (\`ps -o stat,pcpu,cmd ${pid}\`: T is stopped); continue it, or end and start it again.`,
      ),
    )
}

async function explain({ network, clock }: DoctorWorld, peer: KnownPeer): Promise<Finding> {
  const { name, addresses, lastSeen } = peer
  const outcomes = await Promise.all(
    addresses
      .filter((address) => !isLoopback(address))
      .slice(0, MAX_DOCTOR_ADDRESSES)
      .map((address) => {
        const [, host = '', port = '0'] = /^\/[^/]+\/([^/]+)\/tcp\/(\d+)/.exec(address) ?? []
        return network.connect(host, Number(port))
      }),
  )
  const sentence = `${name}, last seen ${agoText(clock.wallTime() - lastSeen)}, is not here: ${whyNotHere(outcomes)}`
  return warning(sentence, `On its machine: \`peer doctor\`, then \`peer start --lan --name ${name}\`.`)
}

function whyNotHere(outcomes: readonly ConnectOutcome[]): string {
  if (outcomes.length === 0) return 'it listens on its own machine only'
  if (outcomes.includes('open')) return 'something listens at its address, but not as a member of this cluster'
  if (outcomes.includes('refused')) return 'its machine answers, but no peer runs there'
  if (outcomes.includes('silent'))
    return 'its machine does not answer; it is off or asleep, or a firewall drops the connection'
  return 'there is no way to its address from this machine'
}

function agoText(elapsedMs: number): string {
  const minutes = Math.max(0, Math.round(elapsedMs / 60_000))
  if (minutes < 60) return `${counted(minutes, 'minute')} ago`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${counted(hours, 'hour')} ago` : `${counted(Math.round(hours / 24), 'day')} ago`
}
