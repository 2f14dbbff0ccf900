/**
 * The mouse in SGR mode (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Mouse-Tracking): `ESC [ < button ;
 * column ; row M`, counted from 1. Only presses of the left button and the wheel mean something here.
 */

export interface MouseEvent {
  readonly kind: 'press' | 'wheel-up' | 'wheel-down'
  /** Counted from 0. */
  readonly x: number
  readonly y: number
}

export const MOUSE_ON = '\x1b[?1000h\x1b[?1006h'
export const MOUSE_OFF = '\x1b[?1006l\x1b[?1000l'

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with ESC
const SEQUENCE = /\x1b\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])/g
/** A sequence is at most this long: more is kept of nothing. */
const MAX_SEQUENCE_CHARS = 24
/** Shift, meta and control add to the button's number. */
const MODIFIERS = 4 | 8 | 16

/** Finds the events in what the terminal sends, which may cut a sequence in two. */
export function createMouseParser(): { push(text: string): readonly MouseEvent[] } {
  let rest = ''
  return {
    push(text) {
      const input = rest + text
      let end = 0
      const events = [...input.matchAll(SEQUENCE)].flatMap((match): readonly MouseEvent[] => {
        end = match.index + match[0].length
        const kind = match[4] === 'M' ? kindOf(Number(match[1]) & ~MODIFIERS) : undefined
        return kind === undefined ? [] : [{ kind, x: Number(match[2]) - 1, y: Number(match[3]) - 1 }]
      })
      const start = input.lastIndexOf('\x1b')
      rest = start >= end && input.length - start < MAX_SEQUENCE_CHARS ? input.slice(start) : ''
      return events
    },
  }
}

function kindOf(button: number): MouseEvent['kind'] | undefined {
  if (button === 0) return 'press'
  if (button === 64) return 'wheel-up'
  return button === 65 ? 'wheel-down' : undefined
}
