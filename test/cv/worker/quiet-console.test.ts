import { describe, expect, it } from 'vitest'
import { redirectConsole } from '../../../src/cv/worker/quiet-console.ts'

describe('redirectConsole', () => {
  it('sends lines of every level to the log and none to the screen', () => {
    const onScreen: unknown[] = []
    const print = (...parts: readonly unknown[]): void => void onScreen.push(parts)
    const target = { log: print, info: print, warn: print, error: print, debug: print }
    const lines: string[] = []
    redirectConsole(target, (line) => lines.push(line))
    target.log('one', 1)
    target.error(new Error('two'))
    target.warn('three')
    expect(lines).toEqual(['one 1', 'Error: two', 'three'])
    expect(onScreen).toEqual([])
  })
})
