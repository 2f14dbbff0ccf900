/** `peer ops [NAME]`: what can be done to an image, or one operation with all its parameters. */

import { MurmurationError } from '../../base/errors.ts'
import { listOperations, type OperationInfo, type ParameterInfo } from '../../cv/index.ts'
import { RESULTS_FILE } from '../../peer/coordinator/plan.ts'
import { tableLines } from '../../tui/text/columns.ts'
import type { CommandValues } from '../command-table.ts'
import { nearestName } from '../nearest-name.ts'
import { quote } from '../read-values.ts'
import type { CommandContext } from '../run-cli.ts'

const OPERATION_COLUMNS = [
  { title: 'operation' },
  { title: 'gives' },
  { title: 'does' },
  { title: 'parameters' },
] as const

const PARAMETER_COLUMNS = [
  { title: 'parameter' },
  { title: 'default', align: 'right' },
  { title: 'range' },
  { title: 'unit' },
  { title: 'meaning' },
] as const

export async function runOps({ output, words }: CommandContext, _values: CommandValues<'ops'>): Promise<number> {
  const [name] = words
  const operations = name === undefined ? listOperations() : [operationNamed(name)]
  await output.json({ operations })
  const [first] = operations
  const lines = name !== undefined && first !== undefined ? detailLines(first) : overviewLines(operations)
  for (const line of lines) output.result(line)
  return 0
}

/** @throws MurmurationError ERR_PIPELINE with the nearest name */
function operationNamed(name: string): OperationInfo {
  const operations = listOperations()
  const found = operations.find((operation) => operation.name === name)
  if (found !== undefined) return found
  const nearest = nearestName(
    name,
    operations.map((operation) => operation.name),
  )
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
  throw new MurmurationError('ERR_PIPELINE', `there is no operation ${quote(name)}${hint}`)
}

const overviewLines = (operations: readonly OperationInfo[]): readonly string[] => [
  ...tableLines(
    OPERATION_COLUMNS,
    operations.map(({ name, kind, summary, parameters }) => [
      name,
      kind,
      summary,
      parameters.map((parameter) => `${parameter.name}=${parameter.default}`).join(' '),
    ]),
  ),
  '',
  'peer ops NAME explains one. Several in order: --op "grayscale | edges".',
  `One that gives data can only be the last: a line of ${RESULTS_FILE} for each image.`,
]

function detailLines({ name, kind, summary, suffix, parameters, example }: OperationInfo): readonly string[] {
  return [
    `${name}: ${summary}`,
    ...(parameters.length === 0
      ? ['', 'It has no parameters.']
      : ['', ...tableLines(PARAMETER_COLUMNS, parameters.map(cells))]),
    '',
    outputSentence(kind, suffix),
    `Example: --op ${quote(example)}`,
  ]
}

function outputSentence(kind: OperationInfo['kind'], suffix: string): string {
  if (kind === 'data') return `Gives data, and so can only be the last: a line of ${RESULTS_FILE} for each image.`
  return suffix === '' ? 'Outputs keep the name of their input.' : `Outputs are named with the suffix ${suffix}.`
}

const cells = (parameter: ParameterInfo): readonly string[] => [
  parameter.name,
  String(parameter.default),
  rangeOf(parameter),
  parameter.unit,
  parameter.summary,
]

function rangeOf({ type, min, max, isOdd, choices, maxLength }: ParameterInfo): string {
  if (choices !== undefined) return choices.join(', ')
  if (type === 'boolean') return 'true, false'
  if (type === 'color') return '#rrggbb or a name'
  if (type === 'text') return `at most ${maxLength} characters`
  return `${min ?? ''} to ${max ?? ''}${isOdd ? ', odd' : ''}`
}
