import { describe, expect, it } from 'vitest'
import { loadOpenCv } from '../../src/cv/opencv.ts'
import { isWasmModule, webAssembly } from '../../src/cv/web-assembly.ts'
import { testOpenCv } from '../support/opencv-instance.ts'

describe('loadOpenCv', () => {
  it('gives instances with heaps of their own from one compiled module', async () => {
    const first = await testOpenCv()
    const second = await loadOpenCv({ module: first.module })
    expect(isWasmModule(first.module)).toBe(true)
    expect(second.module).toBe(first.module)
    const mat = new first.cv.Mat(10_000, 10_000, first.cv.CV_8UC3)
    expect(first.heapBytes).toBeGreaterThan(300_000_000)
    expect(second.heapBytes).toBeLessThan(200_000_000)
    mat.delete()
  })

  it('leaves WebAssembly.instantiate as it was', async () => {
    const { instantiate } = webAssembly
    const [one, other] = await Promise.all([loadOpenCv(), loadOpenCv()])
    expect(webAssembly.instantiate).toBe(instantiate)
    expect(one.module).toBe(other.module)
  })
})

describe('OpenCv.toError', () => {
  it('turns a C++ exception into ERR_OPERATION with its text, and the instance is spent', async () => {
    const openCv = await testOpenCv()
    const { cv } = openCv
    const empty = new cv.Mat()
    let thrown: unknown
    try {
      cv.cvtColor(empty, empty, cv.COLOR_RGB2GRAY)
    } catch (error) {
      thrown = error
    }
    const error = openCv.toError(thrown, 'operation "test"')
    expect(error.code).toBe('ERR_OPERATION')
    expect(error.message).toMatch(
      /^operation "test" failed in OpenCV: .*Assertion failed.*empty\(\) in function 'cvtColor'$/,
    )
    expect(openCv.isSpent).toBe(true)
  })

  it('reads the text of an exception that a build with exceptions throws as a number', async () => {
    const openCv = await testOpenCv()
    openCv.cv.exceptionFromPtr = (address: number) => ({ msg: `exception at ${address}` })
    expect(openCv.toError(4711, 'operation "test"').message).toBe(
      'operation "test" failed in OpenCV: exception at 4711',
    )
  })

  it('tells the end of the heap as ERR_WORKER_CRASHED', async () => {
    const openCv = await testOpenCv()
    const { cv } = openCv
    let thrown: unknown
    try {
      for (let index = 0; index < 20; index++) new cv.Mat(10_000, 10_000, cv.CV_8UC1)
    } catch (error) {
      thrown = error
    }
    const error = openCv.toError(thrown, 'operation "test"')
    expect(error.code).toBe('ERR_WORKER_CRASHED')
    expect(error.message).toMatch(
      /^operation "test" expects to fit into OpenCV's heap of 1 GiB, and did not: .*Failed to allocate/,
    )
  })

  it('tells an abort of the instance as ERR_WORKER_CRASHED', async () => {
    const openCv = await testOpenCv()
    const abort: unknown = Reflect.construct(webAssembly.RuntimeError, ['Aborted(OOM)'])
    expect(openCv.toError(abort, 'operation "test"')).toMatchObject({
      code: 'ERR_WORKER_CRASHED',
      message: 'operation "test" ended its OpenCV instance: Aborted(OOM)',
    })
  })

  it('cuts what embind says about wrong arguments down to its first sentence', async () => {
    const openCv = await testOpenCv()
    let thrown: unknown
    try {
      Reflect.apply(openCv.cv.Canny, undefined, [1, 2, 3])
    } catch (error) {
      thrown = error
    }
    expect(openCv.toError(thrown, 'operation "test"').message).toBe(
      'operation "test" failed: Function \'Canny\' called with an invalid number of arguments (3)',
    )
  })
})
