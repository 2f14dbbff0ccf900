import { describe, expect, it } from 'vitest'
import { imageProtocol, inlineImage } from '../../src/tui/inline-image.ts'
import { kittySequences } from '../support/kitty-sequences.ts'

describe('imageProtocol', () => {
  it.each([
    [{ TERM: 'xterm-kitty' }, 'kitty'],
    [{ TERM: 'xterm-ghostty', TERM_PROGRAM: 'ghostty' }, 'kitty'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, 'iterm2'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm' }, 'iterm2'],
    [{ TERM: 'xterm', TERM_PROGRAM: 'mintty' }, 'iterm2'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, undefined],
    [{ TERM: 'screen-256color', TERM_PROGRAM: 'iTerm.app' }, undefined],
    [{ TERM: 'tmux-256color', TERM_PROGRAM: 'tmux' }, undefined],
    [{ TERM: 'dumb' }, undefined],
    [{}, undefined],
  ])('of %j is %s', (names, protocol) => {
    expect(imageProtocol(names)).toBe(protocol)
  })
})

describe('inlineImage', () => {
  const png = Uint8Array.from({ length: 7000 }, (_, index) => index % 251)

  it('sends kitty chunks of at most 4096 characters, all but the last saying that more follow', () => {
    const sequences = kittySequences(inlineImage('kitty', png))
    expect(sequences.map(({ control }) => control)).toEqual(['a=T,f=100,q=2,m=1', 'm=1', 'm=0'])
    expect(Math.max(...sequences.map(({ payload }) => payload.length))).toBe(4096)
    expect(Buffer.from(sequences.map(({ payload }) => payload).join(''), 'base64').equals(png)).toBe(true)
  })

  it('sends iTerm2 one sequence with the size in it', () => {
    const text = inlineImage('iterm2', png)
    const [control, payload] = text.split(':')
    expect(control).toBe('\x1b]1337;File=inline=1;size=7000')
    expect(payload).toBe(`${Buffer.from(png).toString('base64')}\x07\n`)
  })

  it('sends one chunk where the picture is small', () => {
    expect(inlineImage('kitty', png.subarray(0, 3))).toBe('\x1b_Ga=T,f=100,q=2,m=0;AAEC\x1b\\\n')
  })
})
