/** The live view's lines in Ink. Everything that is decided is decided in job-lines.ts. */

import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { jobLines, type Tone, type ViewSize } from './job-lines.ts'
import type { JobState } from './job-state.ts'

interface JobViewProps {
  readonly state: JobState
  readonly elapsedMs: number
  readonly size: ViewSize
}

const STYLES: Readonly<Record<Tone, { bold?: boolean; dimColor?: boolean; color?: string }>> = {
  plain: {},
  bold: { bold: true },
  dim: { dimColor: true },
  good: { color: 'green' },
  bad: { color: 'red' },
}

export function JobView({ state, elapsedMs, size }: JobViewProps): ReactNode {
  return (
    <Box flexDirection="column">
      {jobLines(state, elapsedMs, size).map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen and nothing else
        <Text key={row} wrap="truncate" {...STYLES[line.tone]}>
          {line.text === '' ? ' ' : line.text}
        </Text>
      ))}
    </Box>
  )
}
