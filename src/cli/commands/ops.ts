/** `peer ops [NAME]`: what can be done to an image, or one operation with all its parameters. */

import { MurmurationError } from '../../base/errors.ts'
import {
  defaultText,
  listOperations,
  OPERATION_GROUPS,
  type OperationInfo,
  rangeText,
  typeText,
} from '../../cv/index.ts'
import { RESULTS_FILE } from '../../peer/coordinator/plan.ts'
import { type Definition, definitionLines, wrapToWidth } from '../../tui/text/columns.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { nearestName } from '../nearest-name.ts'
import { quote } from '../read-values.ts'
import type { CliWorld } from '../world.ts'

export async function runOps({ output, words, world }: CommandContext, _values: CommandValues<'ops'>): Promise<number> {
  const [name] = words
  const operations = name === undefined ? listOperations() : [operationNamed(name)]
  await output.json({ operations })
  const columns = textColumns(world)
  const [first] = operations
  const lines =
    name !== undefined && first !== undefined ? detailLines(first, columns) : overviewLines(operations, columns)
  for (const line of lines) output.result(line)
  return 0
}

/** Longer lines are hard to read, shorter ones leave nothing beside the names. */
const MAX_TEXT_COLUMNS = 100
const MIN_TEXT_COLUMNS = 60

const textColumns = ({ terminal }: CliWorld): number =>
  Math.min(MAX_TEXT_COLUMNS, Math.max(MIN_TEXT_COLUMNS, terminal?.columns || 80))

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

function overviewLines(operations: readonly OperationInfo[], columns: number): readonly string[] {
  // padded alike, so that the sentences of all groups begin in one column
  const nameColumns = Math.max(...operations.map(({ name }) => name.length))
  const groups = OPERATION_GROUPS.flatMap((group) => [
    group,
    ...definitionLines(
      operations
        .filter((operation) => operation.group === group)
        .map(({ name, summary }): Definition => [name.padEnd(nameColumns), summary]),
      columns,
    ),
    '',
  ])
  return [
    ...groups,
    'peer ops NAME explains one. Several in order: --op "grayscale | edges".',
    `One of the analysis group can only be the last: lines go to ${RESULTS_FILE}.`,
  ]
}

function detailLines(operation: OperationInfo, columns: number): readonly string[] {
  const { name, summary, group, parameters, example } = operation
  const definitions = parameters.map((parameter): Definition => {
    const range = [rangeText(parameter), parameter.unit].filter((part) => part !== '').join(' ')
    const facts = [typeText(parameter), ...(range === '' ? [] : [range]), `default ${defaultText(parameter)}`]
    return [parameter.name, `${facts.join('; ')}.`, parameter.summary]
  })
  return [
    ...wrapToWidth(`${name} (${group}): ${summary}`, columns),
    '',
    ...(parameters.length === 0
      ? ['It has no parameters.']
      : ['Parameters, by name or in this order:', ...definitionLines(definitions, columns)]),
    '',
    ...wrapToWidth(kindText(operation), columns),
    ...wrapToWidth(namesText(operation), columns),
    `Example: --op ${quote(example)}`,
  ]
}

function kindText({ accepts, gives, reach, isReachFixed }: OperationInfo): string {
  if (gives === 'data') return 'Takes an image, gives data, and so can only be the last of a pipeline.'
  const needs = accepts === 'gray' ? 'Takes gray (a conversion is put before it where needed)' : 'Takes gray or color'
  const result = gives === 'same' ? 'gives what came in' : gives === 'gray' ? 'gives gray' : 'gives color'
  const follows = isReachFixed ? '' : ' with its defaults'
  return `${needs}, ${result}, ${reachText(reach)}${follows}.`
}

function reachText(reach: OperationInfo['reach']): string {
  if (reach === 'whole image') return 'looks at the whole image'
  return reach === 0 ? 'looks at each pixel alone' : `looks ${reach} px around each pixel`
}

const namesText = ({ kind, suffix }: OperationInfo): string =>
  kind === 'data'
    ? `A line of ${RESULTS_FILE} for each image.`
    : suffix === ''
      ? 'Outputs keep the name of their input.'
      : `Outputs are named with the suffix ${suffix}.`
