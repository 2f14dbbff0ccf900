/** Help, questions, the join line and the submit form as boxes. */

import { cellText, textWidth } from '../../text/cell-text.ts'
import { definitionLines, wrapToWidth } from '../../text/columns.ts'
import { countOf } from '../../text/figures.ts'
import { bindingsFor, KEY_GROUPS } from '../key-table.ts'
import type { ScreenSize } from '../layout.ts'
import { type Line, line, span } from '../lines.ts'
import type { Overlay, Question } from '../ui-state.ts'
import type { Box } from './box.ts'
import { type FormWorld, formBox } from './form-box.ts'

export interface OverlayWorld extends FormWorld {
  readonly isExecutor: boolean
}

export function overlayBox(overlay: Overlay, world: OverlayWorld, size: ScreenSize): Box {
  switch (overlay.kind) {
    case 'help':
      return helpBox(overlay.top, world.isExecutor, size)
    case 'question':
      return questionBox(overlay.question, size)
    case 'join-line':
      return joinLineBox(overlay, size)
    case 'form':
      return formBox(overlay.form, world, size)
  }
}

const HELP_COLUMNS = 70

function helpBox(top: number, isExecutor: boolean, size: ScreenSize): Box {
  const columns = Math.min(HELP_COLUMNS, size.columns - 4)
  const bindings = bindingsFor(isExecutor)
  const lines = KEY_GROUPS.flatMap((group): readonly Line[] => [
    line(` ${group}`, 'bold'),
    ...definitionLines(
      bindings.filter((binding) => binding.group === group).map(({ shown, sentence }) => [shown.padEnd(11), sentence]),
      columns - 1,
      '   ',
    ).map((text) => line(text)),
  ])
  const more: readonly Line[] = [
    line(' Mouse', 'bold'),
    line('   wheel and click move, a second click opens; hold Shift to select text'),
    line(' Signs', 'bold'),
    line('   ● alive  ◌ suspect  ‖ paused  ▽ draining  ⊘ aside  ○ left  ✕ dead'),
    line('   tasks: ▂▅▇ busy slots  z delayed  × refused  ! failed  · idle'),
  ]
  const all = [...lines, ...more]
  const room = Math.max(1, size.rows - 2)
  const from = Math.min(top, Math.max(0, all.length - room))
  const keys =
    all.length > room
      ? `${from + 1}-${Math.min(all.length, from + room)} of ${all.length}, ↑↓ scroll, any other key closes`
      : 'any key closes'
  return { title: 'Keys', lines: all.slice(from, from + room), columns, keys }
}

const QUESTION_COLUMNS = 60

function questionBox(question: Question, size: ScreenSize): Box {
  const columns = Math.min(QUESTION_COLUMNS, size.columns - 4)
  const { title, text } = questionText(question)
  const keys = question.kind === 'quit' ? 'y yes, n no, Ctrl-C at once' : 'y yes, n no'
  return { title, keys, columns, lines: [[], ...wrapped(text, columns), []] }
}

function questionText(question: Question): { readonly title: string; readonly text: string } {
  switch (question.kind) {
    case 'drain':
      return {
        title: 'Drain this peer?',
        text: 'It finishes the tasks that it has and takes no more until it is started again. It stays in the cluster.',
      }
    case 'cancel':
      return {
        title: 'Cancel this job?',
        text: `${cellText(question.text)}: what is done stays; r or the same submit continues it later.`,
      }
    case 'quit':
      return {
        title: 'Quit?',
        text: `${countOf(question.jobs, 'job')} of this peer still ${question.jobs === 1 ? 'runs and is' : 'run and are'} interrupted; they can be continued.`,
      }
  }
}

const JOIN_COLUMNS = 100

function joinLineBox({ line: joinLine, fault }: Extract<Overlay, { kind: 'join-line' }>, size: ScreenSize): Box {
  const columns = Math.min(JOIN_COLUMNS, size.columns - 4)
  const lines: readonly Line[] =
    fault !== undefined
      ? wrapped(fault, columns)
      : joinLine === undefined
        ? [line(' asking…', 'dim')]
        : [
            ...wrapped('On the other machine run peer join and paste this line:', columns),
            [],
            ...cut(joinLine, columns - 2).map((text) => [span(' '), span(text, 'bold')]),
            [],
            ...wrapped('It is a secret: whoever has it can join. Close this when it is copied.', columns).map((shown) =>
              shown.map(({ text }) => span(text, 'warn')),
            ),
          ]
  return { title: 'Join line', keys: 'any key closes', columns, lines: [[], ...lines, []] }
}

/** Cut, not wrapped at spaces: it is copied as it stands. */
const cut = (text: string, columns: number): readonly string[] =>
  Array.from({ length: Math.ceil(text.length / Math.max(1, columns)) }, (_, index) =>
    text.slice(index * columns, (index + 1) * columns),
  )

export const wrapped = (text: string, columns: number): readonly Line[] =>
  wrapToWidth(text, Math.max(1, columns - 2)).map((part) =>
    line(` ${textWidth(part) > columns ? part.slice(0, columns) : part}`),
  )
