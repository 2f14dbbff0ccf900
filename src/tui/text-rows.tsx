/** Lines with their escape codes as rows of Ink, each drawn again only when its text changed. */

import { Box, Text } from 'ink'
import { memo, type ReactNode } from 'react'

const Row = memo(
  ({ text }: { readonly text: string }): ReactNode => <Text wrap="truncate-end">{text === '' ? ' ' : text}</Text>,
)

export const TextRows = ({ lines }: { readonly lines: readonly string[] }): ReactNode => (
  <Box flexDirection="column">
    {lines.map((text, row) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen and nothing else
      <Row key={row} text={text} />
    ))}
  </Box>
)
