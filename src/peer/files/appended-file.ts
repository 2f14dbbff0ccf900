/**
 * A file that stays open while texts are appended to it: one round trip over libuv's threads for each, where `appendFile` takes
 * three. For files that nobody else replaces meanwhile: texts would go on into the one that was replaced.
 */

import type { AppendHandle, FileSystem } from './file-system.ts'

export class AppendedFile {
  readonly #path: string
  readonly #files: Pick<FileSystem, 'openToAppend'>
  #opened: Promise<AppendHandle> | undefined
  #isClosed = false

  constructor(path: string, files: Pick<FileSystem, 'openToAppend'>) {
    this.#path = path
    this.#files = files
  }

  /** Opens it where it is not open. One at a time. @throws the file system's error; a part may be there then */
  async append(text: string): Promise<void> {
    if (this.#isClosed) throw new Error(`"${this.#path}" was closed`)
    try {
      this.#opened ??= this.#files.openToAppend(this.#path)
      const handle = await this.#opened
      await handle.appendFile(text)
    } catch (error) {
      // what is wrong may be this handle (a network folder that came back), and the next one is not
      await this.#letGo()
      throw error
    }
  }

  /** Nothing is appended any more. Never throws. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#letGo()
  }

  async #letGo(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    await opened?.then((handle) => handle.close()).catch(() => {})
  }
}
