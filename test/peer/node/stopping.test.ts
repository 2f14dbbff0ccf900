import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { startTestNode } from '../../support/cluster-nodes.ts'
import { eventually } from '../../support/eventually.ts'
import { atEnd } from '../../support/temporary-folder.ts'

it.each([
  ['says nothing', () => {}],
  ['says something else and leaves', (socket: Socket) => socket.end('220 this is no peer\r\n')],
  [
    'begins a handshake and never ends it',
    (socket: Socket) => socket.write('\x13/multistream/1.0.0\n\x17/murmuration/tls/1.0.0\n'),
  ],
])('a node that stops leaves no connection open to somebody who %s', async (_, answer: (socket: Socket) => void) => {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    // one that is not read never learns that its other end is gone
    socket.on('error', () => {}).resume()
    answer(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const node = await startTestNode({ role: 'observer', bootstrap: [`/ip4/127.0.0.1/tcp/${port}`] })
  await eventually(() => sockets.some(({ bytesRead }) => bytesRead > 0))
  await node.stop()
  await eventually(() => sockets.every(({ destroyed }) => destroyed))
  expect(sockets.every(({ destroyed }) => destroyed)).toBe(true)
})
