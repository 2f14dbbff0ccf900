import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outputPath, planTasks } from '../../../src/peer/coordinator/plan.ts'

const settings = { seed: 1, kind: 'image', format: 'keep', suffix: '' } as const
const found = (...paths: string[]) => paths.map((path) => ({ path, source: `/in/${path}` }))

describe('a plan', () => {
  it('is sorted by path, whatever order the disk gave', () => {
    expect(planTasks(found('b.png', 'a/z.png', 'a.png'), settings).map((task) => task.path)).toEqual([
      'a.png',
      'a/z.png',
      'b.png',
    ])
  })

  it('gives a path the same seed in every plan, and another in another job', () => {
    const [only] = planTasks(found('x.png'), settings)
    const [, same] = planTasks(found('a.png', 'x.png'), settings)
    const [other] = planTasks(found('x.png'), { ...settings, seed: 2 })
    expect(same?.seed).toBe(only?.seed)
    expect(other?.seed).not.toBe(only?.seed)
  })

  it('takes composed and decomposed names as one path', () => {
    const [task] = planTasks(found('e\u0301.png'), settings)
    expect(task?.path).toBe('\u00e9.png')
    expect(task?.source).toBe('/in/e\u0301.png')
  })

  it('refuses two inputs with one output name', () => {
    const plan = () => planTasks(found('a.jpg', 'a.png'), { ...settings, format: 'png' })
    expect(plan).toThrow('"a.jpg" and "a.png" would both be written to "a.png"')
  })

  it('refuses outputs that differ only by case', () => {
    expect(() => planTasks(found('A.png', 'a.PNG'), settings)).toThrow('would both be written')
  })

  it('gives all data one file, where only two inputs of one path collide', () => {
    const data = { seed: 1, kind: 'data' } as const
    const tasks = planTasks(found('a.jpg', 'a.png', 'A.png'), data)
    expect(tasks.map(({ path, output }) => [path, output])).toEqual([
      ['A.png', 'results.ndjson'],
      ['a.jpg', 'results.ndjson'],
      ['a.png', 'results.ndjson'],
    ])
    const plan = () => planTasks([...found('a.png'), { path: 'a.png', source: '/other/a.png' }], data)
    expect(plan).toThrow('"a.png" and "a.png" would both be written to one line of "results.ndjson"')
  })

  it('gives data the seeds that images have', () => {
    const [image] = planTasks(found('a.png'), settings)
    const [data] = planTasks(found('a.png'), { seed: 1, kind: 'data' })
    expect(data?.seed).toBe(image?.seed)
  })

  it.each([
    ['a/b.jpg', '', 'keep', 'a/b.jpg'],
    ['a/b.jpg', '_gray', 'keep', 'a/b_gray.jpg'],
    ['a/b.jpg', '_gray', 'png', 'a/b_gray.png'],
    ['a.b/c', '_x', 'keep', 'a.b/c_x'],
    ['.hidden', '', 'png', '.hidden.png'],
  ] as const)('writes %s with suffix "%s" and format %s to %s', (path, suffix, format, output) => {
    expect(outputPath(path, { suffix, format })).toBe(output)
  })

  it('never gives two tasks one output', () => {
    const path = fc.stringMatching(/^[a-cA-C]{1,2}(\/[a-c]{1,2})?\.(png|jpg)$/)
    fc.assert(
      fc.property(fc.uniqueArray(path), fc.constantFrom('keep', 'png'), (paths, format) => {
        try {
          const tasks = planTasks(found(...paths), { ...settings, format })
          expect(new Set(tasks.map((task) => task.output.toLowerCase())).size).toBe(paths.length)
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_COLLISION' })
        }
      }),
    )
  })
})
