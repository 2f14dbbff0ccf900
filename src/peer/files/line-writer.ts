/**
 * Appends lines to a file, in order; those that come while one write is under way go together in the next. A write that fails
 * may leave half a line: the next one then begins on a line of its own, and whoever reads the file skips the half.
 */

export class LineWriter {
  readonly #appendText: (text: string) => Promise<void>
  #pending = ''
  #writing: Promise<void> | undefined
  #mayBeTorn = false

  /** @param appendText to the end of the file; when it fails, a part may be there */
  constructor(appendText: (text: string) => Promise<void>) {
    this.#appendText = appendText
  }

  /** Resolves when the line (given without its end) was handed to the operating system. */
  append(line: string): Promise<void> {
    this.#pending += `${line}\n`
    this.#writing ??= this.#flush()
    return this.#writing
  }

  async #flush(): Promise<void> {
    await Promise.resolve()
    try {
      while (this.#pending !== '') {
        const lines = this.#mayBeTorn ? `\n${this.#pending}` : this.#pending
        this.#pending = ''
        await this.#appendText(lines)
        this.#mayBeTorn = false
      }
    } catch (error) {
      this.#mayBeTorn = true
      // whoever waits for them is told that they failed
      this.#pending = ''
      throw error
    } finally {
      this.#writing = undefined
    }
  }
}
