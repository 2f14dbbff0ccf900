/** What the pixelVersion of an OFFER ends with, so that a peer refuses for good what it does not know how to do. */

export interface TaskKind {
  readonly tile?: unknown
  readonly keepMetadata: boolean
}

export const taskVersion = (pixelVersion: string, { tile, keepMetadata }: TaskKind): string =>
  `${pixelVersion}${tile === undefined ? '' : '+t1'}${keepMetadata ? '+m1' : ''}`
