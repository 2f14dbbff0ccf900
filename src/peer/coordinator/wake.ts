/** A condition to wait for: whoever waits looks again after each `notify`. Many notifications between two looks are one. */

export class Wake {
  #pending: PromiseWithResolvers<void> | undefined

  /** Resolves at the next `notify`. */
  wait(): Promise<void> {
    this.#pending ??= Promise.withResolvers()
    return this.#pending.promise
  }

  notify(): void {
    this.#pending?.resolve()
    this.#pending = undefined
  }
}
