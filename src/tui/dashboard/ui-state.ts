/** What the person at the dashboard looks at: everything on the screen that is not the cluster's own state. */

import type { JobId } from '../../base/ids.ts'
import type { SubmitForm } from './form.ts'
import type { LowerPanel, PanelName } from './layout.ts'
import type { JobSort, PeerSort } from './rows.ts'

/** Rows are remembered by id, so that a selection stays where it is while rows come, go and change places. */
export interface Selection {
  readonly id: string
  /** Where it was, for when the row is gone. */
  readonly index: number
}

export type Question =
  | { readonly kind: 'drain' }
  | { readonly kind: 'cancel'; readonly job: JobId; readonly text: string }
  | { readonly kind: 'quit'; readonly jobs: number }

export type Overlay =
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'form'; readonly form: SubmitForm }
  /** `line` is undefined until it is known; `fault` says why there is none. */
  | { readonly kind: 'join-line'; readonly line: string | undefined; readonly fault: string | undefined }

export interface Toast {
  readonly text: string
  readonly level: 'info' | 'error'
}

export interface UiState {
  readonly focus: PanelName
  readonly lower: LowerPanel
  readonly isDetailOpen: boolean
  /** The list that the detail panel follows. */
  readonly subject: 'peers' | 'jobs'
  readonly selected: Readonly<Record<'peers' | 'jobs', Selection | undefined>>
  /** First row shown; beyond the last page means the last page, which then follows what is added. */
  readonly tops: Readonly<Record<PanelName, number>>
  readonly sort: { readonly peers: PeerSort; readonly jobs: JobSort }
  readonly filters: Readonly<Record<PanelName, string>>
  /** The panel whose filter is being typed. */
  readonly filtering: PanelName | undefined
  readonly overlay: Overlay | undefined
  /** A sentence for the bottom line; the next key takes it away. */
  readonly toast: Toast | undefined
}

/** Stays at the end while rows are added. */
export const AT_END = Number.MAX_SAFE_INTEGER

export const INITIAL_UI: UiState = {
  focus: 'peers',
  lower: 'stream',
  isDetailOpen: false,
  subject: 'peers',
  selected: { peers: undefined, jobs: undefined },
  tops: { peers: 0, jobs: 0, stream: 0, strategies: 0, log: AT_END, detail: 0 },
  sort: { peers: 'name', jobs: 'newest' },
  filters: { peers: '', jobs: '', stream: '', strategies: '', log: '', detail: '' },
  filtering: undefined,
  overlay: undefined,
  toast: undefined,
}

export const told = (ui: UiState, text: string): UiState => ({ ...ui, toast: { text, level: 'info' } })
export const failed = (ui: UiState, text: string): UiState => ({ ...ui, toast: { text, level: 'error' } })
