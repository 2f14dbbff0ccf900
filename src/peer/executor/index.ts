/** The executor as the rest of a peer sees it. */

export type { AttachedCoordinator, Executor, ExecutorDependencies, ExecutorSettings, ModelSource } from './contract.ts'
export { createExecutor } from './executor.ts'
export { createExecutorLog, type ExecutorLog } from './executor-log.ts'
export { createLoadMeter, type LoadMeter } from './load/load-meter.ts'
