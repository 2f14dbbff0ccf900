import { describe, expect, it } from 'vitest'
import { definitionLines, wrapLine, wrapToWidth } from '../../../src/tui/text/columns.ts'

describe('wrapToWidth', () => {
  it('breaks at spaces, as late as it can', () => {
    expect(wrapToWidth('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrapToWidth('one two three', 80)).toEqual(['one two three'])
  })

  it('leaves a word that is too long whole', () => {
    expect(wrapToWidth('a incomprehensible b', 6)).toEqual(['a', 'incomprehensible', 'b'])
  })

  it('counts wide characters as two columns', () => {
    expect(wrapToWidth('日本 日本', 8)).toEqual(['日本', '日本'])
    expect(wrapToWidth('日本 日本', 9)).toEqual(['日本 日本'])
  })

  it('gives no line for nothing', () => {
    expect(wrapToWidth('', 8)).toEqual([])
  })
})

describe('definitionLines', () => {
  it('puts texts right of the longest term, each on a line of its own', () => {
    expect(definitionLines([['a', 'one two', 'three'], ['long', 'four'], ['b']], 13)).toEqual([
      '  a     one',
      '        two',
      '        three',
      '  long  four',
      '  b',
    ])
  })
})

describe('wrapLine', () => {
  it('breaks behind words, further in, and keeps the spaces of names', () => {
    expect(wrapLine('  b/my  photo.jpg: it is cut off', 18, '    ')).toEqual([
      '  b/my  photo.jpg:',
      '    it is cut off',
    ])
    expect(wrapLine('  a  b', 80, '    ')).toEqual(['  a  b'])
    expect(wrapLine('漢字漢字 漢字 x', 10, '')).toEqual(['漢字漢字', '漢字 x'])
  })

  it('leaves a line as it is where nothing has to be broken, and a word that is longer whole', () => {
    expect(wrapLine('one two', Number.POSITIVE_INFINITY, '')).toEqual(['one two'])
    expect(wrapLine('a/very/long/name is', 5, ' ')).toEqual(['a/very/long/name', ' is'])
  })
})
