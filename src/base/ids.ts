/** Branded identifiers: a plain string or number never stands in for one of these by accident. */

declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** A libp2p peer id in its base58/base36 text form. */
export type PeerId = Branded<string, 'PeerId'>
/** A job, unique in the world: 16 random bytes as lower-case hex. */
export type JobId = Branded<string, 'JobId'>
/** A task's index in its job's plan, 0-based, below 2^32. */
export type TaskId = Branded<number, 'TaskId'>

export const peerId = (text: string): PeerId => text as PeerId
export const jobId = (text: string): JobId => text as JobId
export const taskId = (index: number): TaskId => index as TaskId
