/** Lists of addresses to dial: `bootstrap.txt` and `joined.txt`. One multiaddr a line, `#` starts a comment. */

import { isMultiaddr, multiaddr } from '@multiformats/multiaddr'
import { MAX_ADDRESS_BYTES, MAX_BOOTSTRAP_LINES } from '../../base/limits.ts'

export interface BootstrapProblem {
  /** Counted from 1. */
  readonly line: number
  readonly text: string
  /** Names the source and the line. */
  readonly message: string
}

export interface BootstrapList {
  readonly addresses: readonly string[]
  readonly problems: readonly BootstrapProblem[]
}

/** The addresses of `text`, each once and in order. A bad line becomes a problem and the others are still used. */
export function parseBootstrap(text: string, sourceName: string): BootstrapList {
  const addresses = new Set<string>()
  const problems: BootstrapProblem[] = []
  let line = 0
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    line += 1
    const content = raw.replace(/(^|\s)#.*$/, '').trim()
    if (content === '') continue
    if (addresses.size === MAX_BOOTSTRAP_LINES) {
      const message = `${sourceName}, line ${line}: at most ${MAX_BOOTSTRAP_LINES} addresses are used, the rest is left out`
      problems.push({ line, text: shorten(content), message })
      break
    }
    const fault = faultOfAddress(content)
    if (fault === undefined) addresses.add(content)
    else problems.push({ line, text: shorten(content), message: `${sourceName}, line ${line}: ${fault}` })
  }
  return { addresses: [...addresses], problems }
}

/** Why `text` is no address that a peer can dial, as a sentence; undefined when it is one. */
export function faultOfAddress(text: string): string | undefined {
  const got = `got "${shorten(text)}"`
  if (Buffer.byteLength(text) > MAX_ADDRESS_BYTES) {
    return `an address expects at most ${MAX_ADDRESS_BYTES} bytes, ${got}`
  }
  try {
    const address = multiaddr(text)
    const names = address.getComponents().map((component) => component.name)
    const host = names[0]
    const isTcp = isMultiaddr(address) && names[1] === 'tcp' && host !== undefined && HOSTS.has(host)
    if (isTcp && (names.length === 2 || (names.length === 3 && names[2] === 'p2p'))) return undefined
    return `an address expects a host and a TCP port such as /ip4/192.168.0.7/tcp/4601, ${got}`
  } catch {
    return `an address expects a multiaddr such as /ip4/192.168.0.7/tcp/4601, ${got}`
  }
}

const HOSTS = new Set(['ip4', 'ip6', 'dns', 'dns4', 'dns6'])

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text)
