/** `peer doctor`: what is wrong here, in plain words, the most likely reason first. */

import type { Level } from '../../peer/doctor/check.ts'
import type { Diagnosis } from '../../peer/doctor/diagnose.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import { countOf } from '../../tui/text/figures.ts'
import type { CommandContext } from '../command-context.ts'
import { DEFAULT_OUT } from '../command-table/shared-flags.ts'
import type { CommandValues } from '../command-table.ts'
import { doctorJson } from '../doctor-json.ts'
import { untilInterrupted, watchInterrupts } from '../interruption.ts'
import { bootstrapAddresses, dataPlaces, inWorkingDir } from '../peer-options.ts'

export async function runDoctor(context: CommandContext, values: CommandValues<'doctor'>): Promise<number> {
  const { output, world, globals } = context
  const { directory, keyFile } = dataPlaces(context)
  const interruption = watchInterrupts(world)
  try {
    output.progress(`looking for ${values.wait / 1000} s …`)
    const examining = world.examine({
      dataDir: directory.root,
      keyFile,
      isKeyFileNamed: globals.keyFile !== undefined,
      bootstrap: bootstrapAddresses(context),
      out: inWorkingDir(context, values.out ?? DEFAULT_OUT),
      isOutNamed: values.out !== undefined,
      listen: values.listen,
      lan: values.lan,
      mdns: globals.mdns,
      slots: values.slots,
      maxPixels: values.maxPixels,
      waitMs: values.wait,
    })
    const interrupted = untilInterrupted(interruption.signal).then(() => Promise.reject(interruption.signal.reason))
    const diagnoses = await Promise.race([examining, interrupted])
    const json = doctorJson(diagnoses)
    await output.json(json)
    for (const line of doctorLines(diagnoses)) output.result(line)
    return json.ok ? 0 : 1
  } finally {
    interruption.release()
  }
}

/** Sign and word: neither colour nor a font with the sign is needed. */
const MARKS: Readonly<Record<Level, string>> = { problem: '✗ problem', warning: '! warning', ok: '✓ ok' }
const MARK_CELLS = 11
const CHECK_CELLS = 15

export function doctorLines(diagnoses: readonly Diagnosis[]): readonly string[] {
  const { problems, warnings } = doctorJson(diagnoses)
  const margin = ' '.repeat(MARK_CELLS + CHECK_CELLS)
  const lines = diagnoses.flatMap(({ check, level, sentence, advice }) => [
    `${MARKS[level].padEnd(MARK_CELLS)}${check.padEnd(CHECK_CELLS)}${escapeControls(sentence)}`,
    ...(advice === undefined ? [] : [`${margin}→ ${advice}`]),
  ])
  return [...lines, '', endLine(problems, warnings)]
}

function endLine(problems: number, warnings: number): string {
  const counts = [
    ...(problems > 0 ? [countOf(problems, 'problem')] : []),
    ...(warnings > 0 ? [countOf(warnings, 'warning')] : []),
  ]
  return counts.length === 0 ? 'Nothing is wrong here.' : `${counts.join(', ')}. The most likely reason stands first.`
}
