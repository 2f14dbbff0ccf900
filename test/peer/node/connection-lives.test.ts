import type { Connection } from '@libp2p/interface'
import { expect, it } from 'vitest'
import { createConnectionLives } from '../../../src/peer/node/connection-lives.ts'
import { loadReport, PEER_A, PEER_B } from '../../support/load-reports.ts'

function world() {
  const open: Connection[] = []
  const aborted: Connection[] = []
  const connect = (peer: string): Connection => {
    const connection = {
      remotePeer: { toString: () => peer },
      abort: () => void aborted.push(connection as unknown as Connection),
    } as unknown as Connection
    open.push(connection)
    return connection
  }
  return { connect, aborted, lives: createConnectionLives(() => open) }
}

it('closes the connections of a life that is over when the peer speaks on a new one', () => {
  const { connect, aborted, lives } = world()
  const old = connect(PEER_A)
  lives.heardOn(old, loadReport({ peer: PEER_A, incarnation: 4 }))
  const fresh = connect(PEER_A)
  lives.heardOn(fresh, loadReport({ peer: PEER_A, incarnation: 5 }))
  expect(aborted).toEqual([old])
})

it('leaves alone other peers, further connections of the same life, and those on which nobody spoke yet', () => {
  const { connect, aborted, lives } = world()
  lives.heardOn(connect(PEER_A), loadReport({ peer: PEER_A, incarnation: 4 }))
  connect(PEER_A)
  lives.heardOn(connect(PEER_A), loadReport({ peer: PEER_A, incarnation: 4 }))
  lives.heardOn(connect(PEER_B), loadReport({ peer: PEER_B, incarnation: 9 }))
  expect(aborted).toEqual([])
})
