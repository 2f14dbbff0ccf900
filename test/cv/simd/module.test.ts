import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { harmOf } from '../../../scripts/simd-module.ts'
import { loadOpenCv } from '../../../src/cv/opencv.ts'
import { RELAXED_SIMD_MODULE, SIMD_MODULE } from '../../../src/cv/simd/generated/simd-module.ts'
import { SIMD_KERNELS } from '../../../src/cv/simd/index.ts'
import { type WasmMemory, webAssembly } from '../../../src/cv/web-assembly.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

describe('the module of the SIMD kernels', () => {
  it.each([SIMD_MODULE, RELAXED_SIMD_MODULE])('owns nothing in OpenCV’s memory', (base64) => {
    expect(harmOf(Buffer.from(base64, 'base64'))).toEqual([])
  })

  it.each([
    ['a data segment', [11, 6, 1, 0, 0x41, 0, 0x0b, 0]],
    ['a memory of its own', [5, 3, 1, 0, 1]],
    ['globals', [6, 6, 1, 0x7f, 1, 0x41, 0, 0x0b]],
    ['an import besides the memory', [2, 7, 1, 1, 0x61, 1, 0x62, 0, 0]],
  ])('would be refused with %s', (what, section) => {
    expect(harmOf(Uint8Array.from([...HEADER, ...section]))).toEqual([what])
  })

  it('is the same for every instance of a thread, and can be left out', async () => {
    const one = await testOpenCv()
    expect(one.simdModule).toBeDefined()
    const { module, simdModule } = one
    const other = await loadOpenCv({ module, simdModule })
    expect(other.simdModule).toBe(simdModule)
    const without = await loadOpenCv({ module, simd: false })
    expect(without.simdModule).toBeUndefined()
    expect(String(without.cv.GaussianBlur)).not.toBe(String(other.cv.GaussianBlur))
  })

  it('is not used, and nothing fails, where WebAssembly has no SIMD', async () => {
    const { compile } = webAssembly
    webAssembly.compile = () => Promise.reject(new Error('invalid value type 0x7b'))
    try {
      // a fresh copy of the file, which has compiled nothing yet
      const path = '../../../src/cv/simd/simd-code.ts?without-simd'
      const { compileSimd } = await import(path)
      expect(await compileSimd()).toBeUndefined()
    } finally {
      webAssembly.compile = compile
    }
  })

  it('is the one without relaxed SIMD where WebAssembly does not know that', async () => {
    const { compile } = webAssembly
    const relaxed = Buffer.from(RELAXED_SIMD_MODULE, 'base64')
    const compiled: string[] = []
    webAssembly.compile = (bytes) => {
      if (relaxed.equals(bytes)) return Promise.reject(new Error('invalid simd opcode 0xfd112'))
      compiled.push(Buffer.from(bytes).toString('base64'))
      return compile(bytes)
    }
    try {
      // a fresh copy of the file, which has compiled nothing yet
      const path = '../../../src/cv/simd/simd-code.ts?without-relaxed-simd'
      const { compileSimd } = await import(path)
      expect(await compileSimd()).toBeDefined()
      expect(compiled).toEqual([SIMD_MODULE])
    } finally {
      webAssembly.compile = compile
    }
  })

  it('has what its interface says, and one kernel for each replaced function', async () => {
    const folder = join(import.meta.dirname, '../../../src/cv/simd')
    const exported = readFileSync(join(folder, 'simd-code.ts'), 'utf8')
    const { cv, module } = await testOpenCv()
    const { cv: plain } = await loadOpenCv({ module, simd: false })
    const replaced = Object.keys(cv).filter(
      (name) => String(Reflect.get(cv, name)) !== String(Reflect.get(plain, name)),
    )
    expect(replaced.length).toBe(SIMD_KERNELS.length)
    const Memory: new (limits: { initial: number }) => WasmMemory = Reflect.get(globalThis, 'WebAssembly').Memory
    for (const base64 of [SIMD_MODULE, RELAXED_SIMD_MODULE]) {
      const kernels = await webAssembly.compile(Buffer.from(base64, 'base64'))
      const { exports } = await webAssembly.instantiate(kernels, { env: { memory: new Memory({ initial: 1 }) } })
      for (const [, name = ''] of exported.matchAll(/^ {2}(\w+)\(/gm)) {
        expect(exports[name], name).toBeTypeOf('function')
      }
    }
  })
})
