/** The command line that submits a finished job again: what is done is skipped, failures and what was left are tried. */

import { checkSubmitOptions } from '../peer/check-options.ts'
import { canRetry, type RetryOptions } from '../peer/files/finished-job.ts'
import type { FinishedJob } from '../peer/files/job-history.ts'
import { type CommandPlace, commandText } from './command-text.ts'

/** Whether images failed or were left. */
export const isUnfinished = ({ summary }: FinishedJob): boolean => summary.outcome !== 'done'

/** For a POSIX shell; undefined when nothing is left to do, or the paths were too many to be kept. */
export function continueCommand(place: CommandPlace, job: FinishedJob): string | undefined {
  if (!isUnfinished(job) || !canRetry(job)) return undefined
  return commandText(place, 'submit', ...job.paths, '--out', job.out, ...optionWords(job.options))
}

const DEFAULTS = checkSubmitOptions({})

/** The flags of submit that are not at their defaults. */
function optionWords(options: RetryOptions): readonly string[] {
  const valued = [
    ['--op', 'pipeline'],
    ['--strategy', 'strategy'],
    ['--format', 'format'],
    ['--quality', 'quality'],
    ['--seed', 'seed'],
    ['--suffix', 'suffix'],
    ['--wait', 'waitMs'],
    ['--give-up', 'giveUpMs'],
    ['--tile', 'tile'],
    ['--verify', 'verify'],
    ['--model', 'model'],
  ] as const
  const toggles: readonly (readonly [flag: string, isOn: boolean])[] = [
    ['--overwrite', options.overwrite],
    ['--keep-metadata', options.keepMetadata],
    ['--approximate-tiles', options.approximateTiles],
    ['--local', options.local === 'always'],
    ['--no-local', options.local === 'never'],
    ['--no-hedge', !options.hedge],
  ]
  return [
    ...valued.flatMap(([flag, name]) => (options[name] === DEFAULTS[name] ? [] : [flag, String(options[name])])),
    ...options.include.flatMap((glob) => ['--include', glob]),
    ...options.exclude.flatMap((glob) => ['--exclude', glob]),
    ...toggles.flatMap(([flag, isOn]) => (isOn ? [flag] : [])),
  ]
}
