/** The frame in Ink: a row of text per line, each drawn again only when its text changed. Keys go to `onKey`, one by one. */

import { Box, Text, useInput, usePaste } from 'ink'
import { memo, type ReactNode } from 'react'
import { keysOf } from './keys.ts'

interface ScreenProps {
  /** With their escape codes. */
  readonly lines: readonly string[]
  readonly onKey: (key: string) => void
  readonly onPaste: (text: string) => void
}

const Row = memo(({ text }: { readonly text: string }): ReactNode => <Text wrap="truncate-end">{text}</Text>)

export function Screen({ lines, onKey, onPaste }: ScreenProps): ReactNode {
  useInput((input, key) => {
    for (const name of keysOf(input, key)) onKey(name)
  })
  usePaste(onPaste)
  return (
    <Box flexDirection="column">
      {lines.map((text, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen and nothing else
        <Row key={row} text={text} />
      ))}
    </Box>
  )
}
