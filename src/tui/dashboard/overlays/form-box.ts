/** The submit form on the screen. It keeps its height while it is filled in, so that nothing moves under the eye. */

import { cellText, textWidth } from '../../text/cell-text.ts'
import { cutToColumns, wrapToWidth } from '../../text/columns.ts'
import { type FormField, type FormWorld, fittingOperations, type SubmitForm } from '../form.ts'
import type { ScreenSize } from '../layout.ts'
import { fitText, type Line, line, span } from '../lines.ts'
import type { TextInput } from '../text-input.ts'
import type { Box } from './box.ts'

export type { FormWorld } from '../form.ts'

const FORM_COLUMNS = 74
const LABEL_COLUMNS = 11
/** Below the fields: candidates, operations, or what is wrong. */
const HELP_ROWS = 6

export function formBox(form: SubmitForm, world: FormWorld, size: ScreenSize): Box {
  const columns = Math.min(FORM_COLUMNS, size.columns - 4)
  const room = Math.max(4, columns - LABEL_COLUMNS - 3)
  const field = (name: FormField, label: string, value: Line): Line => {
    const isFocused = form.field === name
    return [
      span(isFocused ? ' ▸ ' : '   ', 'key'),
      span(fitText(label, LABEL_COLUMNS), isFocused ? 'bold' : 'dim'),
      ...value,
    ]
  }
  const text = (name: 'path' | 'pipeline' | 'out'): Line => inputLine(form.inputs[name], room, form.field === name)
  const help = helpLines(form, world, columns)
  return {
    title: 'Submit',
    keys: form.isSending ? 'planning…' : 'Enter submits, ↑↓ fields, Tab completes, Esc closes',
    columns,
    lines: [
      [],
      field('path', 'images', text('path')),
      field('pipeline', 'operation', text('pipeline')),
      field('strategy', 'strategy', [
        span('‹ ', 'dim'),
        span(form.strategy, form.field === 'strategy' ? 'accent' : 'plain'),
        span(' ›', 'dim'),
      ]),
      field('out', 'results to', text('out')),
      [],
      ...Array.from({ length: HELP_ROWS }, (_, index) => help[index] ?? []),
    ],
  }
}

/** The part of the text around the cursor, which is an inverted cell. */
function inputLine({ text, cursor }: TextInput, room: number, isFocused: boolean): Line {
  const before = cellText(text.slice(0, cursor))
  const after = cellText(text.slice(cursor))
  if (!isFocused) return [span(fitText(before + after, room))]
  const width = textWidth(before)
  const shownBefore = width < room ? before : `…${cutToColumns(before, width - room + 2, width)}`
  const [at = ' '] = new Intl.Segmenter().segment(after)[Symbol.iterator]().next().value?.segment.split('\0') ?? []
  const rest = after.slice(at === ' ' && after === '' ? 0 : at.length)
  const restRoom = Math.max(0, room - textWidth(shownBefore) - Math.max(1, textWidth(at)))
  return [span(shownBefore), span(at, 'selected'), span(textWidth(rest) > restRoom ? fitText(rest, restRoom) : rest)]
}

function helpLines(form: SubmitForm, world: FormWorld, columns: number): readonly Line[] {
  const { fault } = form
  const wrap = (text: string): readonly string[] => wrapToWidth(cellText(text), columns - 4)
  if (form.isSending) return [line('   reading the names of the images…', 'dim')]
  if (fault !== undefined && (fault.field === undefined || fault.field === form.field)) {
    return wrap(fault.text).map((text, index) => [span(index === 0 ? ' ✕ ' : '   ', 'bad'), span(text, 'bad')])
  }
  switch (form.field) {
    case 'path':
      if (form.candidates.length > 0) return candidateLines(form.candidates, columns)
      return wrap('A folder with all below it, a file, or a glob. Tab completes it.').map((text) =>
        line(`   ${text}`, 'dim'),
      )
    case 'out':
      if (form.candidates.length > 0) return candidateLines(form.candidates, columns)
      return wrap('A folder: the same relative paths appear below it. Nothing of others is overwritten.').map((text) =>
        line(`   ${text}`, 'dim'),
      )
    case 'strategy': {
      const summary = world.strategies.find(({ name }) => name === form.strategy)?.summary ?? ''
      return [...wrap(summary).map((text) => line(`   ${text}`, 'dim')), line('   ← → choose another', 'dim')]
    }
    case 'pipeline': {
      const fitting = fittingOperations(form, world).slice(0, HELP_ROWS)
      if (fitting.length === 0)
        return [line('   operations with | between, parameters behind : as in resize:w=800', 'dim')]
      const nameColumns = Math.max(...fitting.map(({ name }) => name.length))
      return fitting.map(({ name, summary }) => [
        span(`   ${name.padEnd(nameColumns)}  `),
        span(cellText(summary), 'dim'),
      ])
    }
  }
}

/** Names beside one another, as a shell lists them. */
function candidateLines(candidates: readonly string[], columns: number): readonly Line[] {
  const names = candidates.map(cellText)
  const width = Math.min(columns - 4, Math.max(...names.map(textWidth)) + 2)
  const perLine = Math.max(1, Math.floor((columns - 4) / width))
  const lines = Math.ceil(names.length / perLine)
  return Array.from({ length: lines }, (_, row) =>
    line(
      `   ${names
        .slice(row * perLine, (row + 1) * perLine)
        .map((name) => fitText(name, width))
        .join('')}`,
      'dim',
    ),
  )
}
