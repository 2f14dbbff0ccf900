/**
 * Runs what an iterable yields a few at a time. Bounded whatever the reader does: a result that was not taken yet keeps its
 * place, so a slow reader holds up the source instead of collecting results. (it-parallel 3.0.16 loses that bound once
 * its reader pauses and then has to wait: it frees a place that was refilled already, and then takes in the whole source.)
 */

export interface InParallelOptions {
  /** Begun and not taken, at most; the one in the reader's hands comes on top. */
  readonly concurrency: number
  /** Results in the order of the source instead of as they come. Default false. */
  readonly ordered?: boolean
}

type Work<T> = () => Promise<T>

interface Begun<T> {
  outcome: { readonly value: T } | { readonly error: unknown } | undefined
}

/** Rejects with the first error of the source or of a task whose turn it is; what runs then is left to end by itself. */
export async function* inParallel<T>(
  source: Iterable<Work<T>> | AsyncIterable<Work<T>>,
  { concurrency, ordered = false }: InParallelOptions,
): AsyncGenerator<T> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  const begun: Begun<T>[] = []
  let wake = Promise.withResolvers<void>()
  let isPulling = false
  let isSourceDone = false
  let sourceError: { readonly error: unknown } | undefined

  function begin(work: Work<T>): void {
    const entry: Begun<T> = { outcome: undefined }
    begun.push(entry)
    const settle = (outcome: Begun<T>['outcome']): void => {
      entry.outcome = outcome
      wake.resolve()
    }
    work().then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error }),
    )
  }

  async function pull(): Promise<void> {
    if (isPulling || isSourceDone || begun.length >= concurrency) return
    isPulling = true
    try {
      while (!isSourceDone && begun.length < concurrency) {
        const next = await iterator.next()
        if (next.done === true) isSourceDone = true
        else if (!isSourceDone) begin(next.value)
      }
    } catch (error) {
      isSourceDone = true
      sourceError = { error }
    }
    isPulling = false
    wake.resolve()
  }

  try {
    for (;;) {
      void pull() // never rejects
      const index = ordered ? (begun[0]?.outcome ? 0 : -1) : begun.findIndex(({ outcome }) => outcome)
      const outcome = begun[index]?.outcome
      if (outcome) {
        begun.splice(index, 1)
        void pull() // never rejects
        if ('error' in outcome) throw outcome.error
        yield outcome.value
      } else if (sourceError) {
        throw sourceError.error
      } else if (isSourceDone && begun.length === 0 && !isPulling) {
        return
      } else {
        await wake.promise
        wake = Promise.withResolvers()
      }
    }
  } finally {
    const isEnded = isSourceDone
    isSourceDone = true
    // one that is asked for its next item hears of the end behind it: that may take as long as it likes
    if (!isEnded) void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
