import type { Key } from 'ink'
import { describe, expect, it } from 'vitest'
import { isTyped, keysOf } from '../../../src/tui/dashboard/keys.ts'
import { createMouseParser } from '../../../src/tui/dashboard/mouse.ts'
import { editInput, inputOf, insertText } from '../../../src/tui/dashboard/text-input.ts'

const NO_KEY = { ctrl: false, shift: false, meta: false, tab: false } as Key

describe('keys', () => {
  it('come one by one however fast they are typed', () => {
    expect(keysOf('jj\r', NO_KEY)).toEqual(['j', 'j', 'enter'])
    expect(keysOf('a\x15e\u0301漢', NO_KEY)).toEqual(['a', 'ctrl-u', 'e\u0301', '漢'])
    expect(keysOf('c', { ...NO_KEY, ctrl: true })).toEqual(['ctrl-c'])
    expect(keysOf('', { ...NO_KEY, tab: true, shift: true })).toEqual(['shift-tab'])
    expect(keysOf('', { ...NO_KEY, upArrow: true })).toEqual(['up'])
  })

  it('tells characters from names of keys', () => {
    expect(['a', ' ', '漢', 'e\u0301'].every(isTyped)).toBe(true)
    expect(['enter', 'ctrl-c', 'up', 'page-up'].some(isTyped)).toBe(false)
  })
})

describe('the mouse', () => {
  it('is understood also where the terminal cuts its sequences in two', () => {
    const mouse = createMouseParser()
    expect(mouse.push('x\x1b[<0;11;6M\x1b[<0;11;6m')).toEqual([{ kind: 'press', x: 10, y: 5 }])
    expect(mouse.push('\x1b[<64;1')).toEqual([])
    expect(mouse.push(';2M\x1b[<65;1;2M')).toEqual([
      { kind: 'wheel-up', x: 0, y: 1 },
      { kind: 'wheel-down', x: 0, y: 1 },
    ])
    expect(mouse.push('\x1b[<2;1;1M')).toEqual([])
  })
})

describe('a line of input', () => {
  const edit = (text: string, ...keys: string[]): string =>
    keys.reduce((input, key) => editInput(input, key) ?? input, inputOf(text)).text

  it('is edited by characters as a person counts them', () => {
    expect(edit('ae\u0301', 'backspace')).toBe('a')
    expect(edit('漢字', 'left', 'backspace')).toBe('字')
    expect(edit('ab', 'home', 'x', 'end', 'y')).toBe('xaby')
    expect(edit('photos/summer', 'ctrl-w')).toBe('photos/')
    expect(edit('abc', 'left', 'ctrl-u')).toBe('c')
    expect(edit('abc', 'home', 'delete', 'ctrl-k')).toBe('')
  })

  it('takes pasted text without its line ends', () => {
    expect(insertText(inputOf('a'), 'b\r\nc\x1b').text).toBe('abc')
  })
})
