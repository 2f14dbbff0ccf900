/**
 * Two streams joined in memory without any real time between them: what one sends the other gets in the next turn. For tests
 * that run on a virtual clock, and for those that need very many streams (`streamPair` of libp2p waits in real time).
 */

import type { Stream } from '@libp2p/interface'
import { defaultLogger } from '@libp2p/logger'
import { AbstractStream, type AbstractStreamInit } from '@libp2p/utils'
import { Uint8ArrayList } from 'uint8arraylist'

let streams = 0

class InstantStream extends AbstractStream {
  other: InstantStream | undefined

  constructor(direction: AbstractStreamInit['direction']) {
    const id = String(streams++)
    super({ id, direction, log: defaultLogger().forComponent('murmuration:test:stream') })
  }

  #tell(what: (other: InstantStream) => void): void {
    queueMicrotask(() => {
      if (this.other?.status === 'open' || this.other?.status === 'closing') what(this.other)
    })
  }

  sendData(data: Uint8ArrayList): { sentBytes: number; canSendMore: boolean } {
    const copy = data.slice()
    this.#tell((other) => other.onData(new Uint8ArrayList(copy)))
    return { sentBytes: data.byteLength, canSendMore: true }
  }

  sendReset(): void {
    this.#tell((other) => other.onRemoteReset())
  }

  async sendCloseWrite(): Promise<void> {
    this.#tell((other) => other.onRemoteCloseWrite())
  }

  async sendCloseRead(): Promise<void> {}

  sendPause(): void {}

  sendResume(): void {}
}

export function instantStreamPair(): [outbound: Stream, inbound: Stream] {
  const [outbound, inbound] = [new InstantStream('outbound'), new InstantStream('inbound')]
  outbound.other = inbound
  inbound.other = outbound
  return [outbound, inbound]
}
