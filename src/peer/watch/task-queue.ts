import type { PlannedTask, TaskFailure } from '../coordinator/job.ts'

/** First in, first out; an array's own `shift` moves everything behind it once there are some ten thousand. */
export class TaskQueue {
  #items: (PlannedTask | TaskFailure)[] = []
  #head = 0

  get isEmpty(): boolean {
    return this.#head === this.#items.length
  }

  push(item: PlannedTask | TaskFailure): void {
    this.#items.push(item)
  }

  shift(): PlannedTask | TaskFailure | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#head++
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
