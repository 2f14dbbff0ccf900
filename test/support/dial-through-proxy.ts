/**
 * Loaded before the program (`node --import …/dial-through-proxy.ts?port=N`), as torsocks is: every TCP connection that this
 * process opens goes to the proxy at port N, and names in its first two bytes the port that it wants. So whatever peers tell
 * each other about their addresses, there is no way around the faults between them, and the program itself is the built one.
 * It reckons with what libp2p calls: `net.connect` with options.
 */

import net, { type TcpNetConnectOpts } from 'node:net'

const proxyPort = Number(new URL(import.meta.url).searchParams.get('port'))
const connect = net.connect

function connectThroughProxy(options: TcpNetConnectOpts, onConnect?: () => void): net.Socket {
  const socket = connect({ ...options, host: '127.0.0.1', port: proxyPort }, onConnect)
  const name = Buffer.alloc(2)
  name.writeUInt16BE(options.port)
  // waits for the connection, and is there before whatever its user writes
  socket.write(name)
  return socket
}

Object.assign(net, { connect: connectThroughProxy })
