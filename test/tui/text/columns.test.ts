import { describe, expect, it } from 'vitest'
import { definitionLines, wrapToWidth } from '../../../src/tui/text/columns.ts'

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
