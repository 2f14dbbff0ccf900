/** The strategies by name: one pure function each, one file each. */

export const STRATEGY_NAMES = [
  'random',
  'round-robin',
  'least-connections',
  'weighted-response-time',
  'balanced',
] as const
export type StrategyName = (typeof STRATEGY_NAMES)[number]
