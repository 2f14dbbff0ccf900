/**
 * Pictures inside a terminal's text, for the terminals that say they can: kitty's graphics protocol
 * (https://sw.kovidgoyal.net/kitty/graphics-protocol/) and iTerm2's inline images
 * (https://iterm2.com/documentation-images.html). Nothing is asked of the terminal: an answer would have to be waited for,
 * and would end up in the shell's input where the guess was wrong. Inside tmux and screen, which set TERM and
 * TERM_PROGRAM to their own names, there are none.
 */

export type ImageProtocol = 'kitty' | 'iterm2'

export interface TerminalNames {
  readonly TERM?: string | undefined
  readonly TERM_PROGRAM?: string | undefined
}

const KITTY_TERMS: readonly (string | undefined)[] = ['xterm-kitty', 'xterm-ghostty']
const KITTY_PROGRAMS: readonly (string | undefined)[] = ['kitty', 'ghostty']
const ITERM2_PROGRAMS: readonly (string | undefined)[] = ['iTerm.app', 'WezTerm', 'mintty']

/** How this terminal shows pictures; undefined where it does not, or is not known to. */
export function imageProtocol({ TERM, TERM_PROGRAM }: TerminalNames): ImageProtocol | undefined {
  if (/^(tmux|screen)/.test(TERM ?? '') || TERM_PROGRAM === 'tmux') return undefined
  if (KITTY_TERMS.includes(TERM) || KITTY_PROGRAMS.includes(TERM_PROGRAM)) return 'kitty'
  return ITERM2_PROGRAMS.includes(TERM_PROGRAM) ? 'iterm2' : undefined
}

/** Kitty's own bound on the payload of one escape sequence. */
const KITTY_CHUNK_CHARS = 4096

/** The text that shows this PNG where the cursor is, with the end of the line behind it. */
export function inlineImage(protocol: ImageProtocol, png: Uint8Array): string {
  const payload = Buffer.from(png).toString('base64')
  if (protocol === 'iterm2') return `\x1b]1337;File=inline=1;size=${png.length}:${payload}\x07\n`
  const chunks = payload.match(new RegExp(`.{1,${KITTY_CHUNK_CHARS}}`, 'g')) ?? []
  // a=T: transmit and show; f=100: PNG; q=2: no answer; m: more chunks follow
  const sequences = chunks.map((chunk, index) => {
    const control = index === 0 ? 'a=T,f=100,q=2,' : ''
    return `\x1b_G${control}m=${index < chunks.length - 1 ? 1 : 0};${chunk}\x1b\\`
  })
  return `${sequences.join('')}\n`
}
