/** `npm run bench`: the figures of docs/BENCHMARKS.md, one line each. */

import { cpus } from 'node:os'
import { dashboard } from './dashboard.ts'
import { emptyTasks } from './empty-tasks.ts'
import { eventLoop } from './event-loop.ts'
import { gossip } from './gossip.ts'
import { gossipScale } from './gossip-scale.ts'
import { planMemory } from './plan-memory.ts'

console.log(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}`)
await emptyTasks()
await gossip()
await gossipScale()
await planMemory()
await eventLoop()
await dashboard()
