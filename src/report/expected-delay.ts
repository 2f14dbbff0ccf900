/**
 * What theory expects of the injected delays (the formulas that the mission's ancestors publish): a task that random
 * places is delayed with the peers' mean probability A; one that balancing places was accepted first, by a peer of
 * probability p with a chance proportional to 1 - p, and is then delayed with D / (1 - A), D the mean of p(1 - p).
 * Both choose uniformly; our `balanced` also prefers peers that refuse less, so it should do better than this.
 */

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The chance that an image is delayed, by strategy; 1 where every peer refuses everything. */
export function expectedDelayShare(strategy: 'random' | 'balanced', loads: readonly number[]): number {
  const meanLoad = mean(loads)
  if (strategy === 'random') return meanLoad
  return meanLoad === 1 ? 1 : mean(loads.map((load) => load * (1 - load))) / (1 - meanLoad)
}

/** How long `tasks` images handed in at once wait for the last delay, each delayed by `delayMs` or not at all. */
export const expectedLongestDelayMs = (share: number, delayMs: number, tasks: number): number =>
  delayMs - delayMs * (1 - share) ** tasks

export interface ExpectedDelay {
  /** Of an image, on average. */
  readonly perImageMs: number
  /** The longest of all images, were they handed in at once. */
  readonly longestMs: number
}

/** What is expected of one strategy: all but `random` ask peers that may refuse, as the formula of balancing has it. */
export function expectedDelay(
  strategy: string,
  loads: readonly number[],
  delayMs: number,
  tasks: number,
): ExpectedDelay {
  const share = expectedDelayShare(strategy === 'random' ? 'random' : 'balanced', loads)
  return { perImageMs: delayMs * share, longestMs: expectedLongestDelayMs(share, delayMs, tasks) }
}
