/** The frame in Ink, and the keyboard: keys go to `onKey`, one by one. */

import { useInput, usePaste } from 'ink'
import type { ReactNode } from 'react'
import { TextRows } from '../text-rows.tsx'
import { keysOf } from './keys.ts'

interface ScreenProps {
  /** With their escape codes. */
  readonly lines: readonly string[]
  readonly onKey: (key: string) => void
  readonly onPaste: (text: string) => void
}

export function Screen({ lines, onKey, onPaste }: ScreenProps): ReactNode {
  useInput((input, key) => {
    for (const name of keysOf(input, key)) onKey(name)
  })
  usePaste(onPaste)
  return <TextRows lines={lines} />
}
