/**
 * OpenCV's script prints to the console, which in a worker is the program's own: onto a dashboard, between NDJSON lines. A
 * worker therefore sends its console to the debug log. Taking the thread's streams in the pool (`stderr: true`) would
 * catch the same, but such a stream keeps the whole program alive, which an idle pool must not.
 */

type Print = (...parts: readonly unknown[]) => void

/** The part of a console that is redirected. */
export interface PrintingConsole {
  log: Print
  info: Print
  warn: Print
  error: Print
  debug: Print
}

/** From now on everything printed there goes to `write`, one line each, parts joined by blanks. */
export function redirectConsole(target: PrintingConsole, write: (line: string) => void): void {
  const print: Print = (...parts) => write(parts.map(String).join(' '))
  Object.assign(target, { log: print, info: print, warn: print, error: print, debug: print } satisfies PrintingConsole)
}
