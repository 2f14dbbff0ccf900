/**
 * A bound on bytes held at once. Waiters are served in order; a request larger than the whole budget is served alone, so
 * that one huge file is slow instead of impossible.
 */

export class ByteBudget {
  readonly #limitBytes: number
  readonly #waiting: { sizeBytes: number; grant: () => void }[] = []
  #heldBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Resolves when `sizeBytes` may be held; rejects with the signal's reason when it aborts first. */
  acquire(sizeBytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1)
        reject(signal.reason)
      }
      const entry = {
        sizeBytes,
        grant: () => {
          signal.removeEventListener('abort', onAbort)
          this.#heldBytes += sizeBytes
          resolve()
        },
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(entry)
      this.#serve()
    })
  }

  /** Holds `sizeBytes` at once, over the limit if need be: for what must not wait behind those that wait for it. */
  take(sizeBytes: number): void {
    this.#heldBytes += sizeBytes
  }

  release(sizeBytes: number): void {
    this.#heldBytes -= sizeBytes
    this.#serve()
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#heldBytes > 0 && this.#heldBytes + next.sizeBytes > this.#limitBytes) return
      this.#waiting.shift()
      next.grant()
    }
  }
}
