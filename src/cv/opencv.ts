/**
 * OpenCV in WebAssembly (@opencvjs/web 5), one instance per worker.
 *
 * Loading goes through the package's factory instead of its `loadOpenCV()`, because its `instantiateWasm` hook gives
 * three things: the compiled module, which workers share (measured: 47 ms for an instance instead of 218 ms); the
 * memory, whose size tells when an instance should be replaced; and the imports.
 *
 * Of the imports one is replaced. This build compiles C++ without catching: `__cxa_throw` calls `abort()`, and the text
 * of the exception is lost with it. Ours throws the exception's address as a JavaScript error instead, from which the
 * text can be read. No C++ destructor runs while such an error passes through the wasm frames, so the instance is
 * marked as spent and must not be used for another task: a new one from the same module costs less than one image.
 * When the package is built with exceptions, `#replaceThrow` finds nothing to replace and a number is thrown: both work.
 */

import type { OpenCV } from '@opencvjs/web'
import { MurmurationError } from '../base/errors.ts'
import { KERNELS, type Kernel } from './kernels.ts'
import { LoadedModels } from './loaded-models.ts'
import { installSimd } from './simd/index.ts'
import { compileSimd } from './simd/simd-code.ts'
import type { UntypedOpenCv } from './untyped-opencv.ts'
import { type WasmImports, type WasmMemory, type WasmModule, webAssembly } from './web-assembly.ts'

/** The library as the package exports it. */
export type CvLibrary = Omit<typeof OpenCV, keyof UntypedOpenCv> & UntypedOpenCv

/** OpenCV's wasm is 9 MB: nothing else that a program loads meanwhile is taken for it. */
const MIN_OPENCV_WASM_BYTES = 4_000_000

/** The address of a C++ exception on its way through wasm frames. */
class CppException extends Error {
  readonly address: number

  constructor(address: number) {
    super('C++ exception')
    this.address = address
  }
}

export class OpenCv {
  readonly cv: CvLibrary
  /** To be handed to other threads' `loadOpenCv`. */
  readonly module: WasmModule
  /** The kernels', likewise; undefined where there are none. */
  readonly simdModule: WasmModule | undefined
  /** OpenCV objects owned by scopes and not yet deleted. */
  liveObjects = 0
  /** Neural networks that operations of this instance may run. */
  readonly models: LoadedModels = new LoadedModels(this)
  readonly #memory: WasmMemory
  #isSpent = false

  constructor(cv: CvLibrary, memory: WasmMemory, modules: { openCv: WasmModule; simd: WasmModule | undefined }) {
    this.cv = cv
    this.module = modules.openCv
    this.simdModule = modules.simd
    this.#memory = memory
  }

  /** An exception or abort left this instance in an unknown state: no further task may run on it. */
  get isSpent(): boolean {
    return this.#isSpent
  }

  /** Size of the wasm heap, which grows with the largest image and never shrinks. */
  get heapBytes(): number {
    return this.#memory.buffer.byteLength
  }

  /**
   * What was thrown by a call into OpenCV, as an error of ours: ERR_OPERATION with OpenCV's own text, or
   * ERR_WORKER_CRASHED where the heap ended or the instance aborted. Errors of ours pass unchanged.
   * @param subject begins the sentence: `operation "edges"`
   */
  toError(error: unknown, subject: string): MurmurationError {
    if (error instanceof MurmurationError) return error
    this.#isSpent = true
    const address = typeof error === 'number' ? error : error instanceof CppException ? error.address : undefined
    if (address === undefined) {
      if (error instanceof webAssembly.RuntimeError || error instanceof RangeError) {
        return new MurmurationError('ERR_WORKER_CRASHED', `${subject} ended its OpenCV instance: ${error.message}`, {
          cause: error,
        })
      }
      // embind's complaints go on with the source of every overload
      const [sentence] = (error instanceof Error ? error.message : String(error)).split(/\n| - expects one of/)
      return new MurmurationError('ERR_OPERATION', `${subject} failed: ${sentence}`, { cause: error })
    }
    const text = this.#exceptionText(address)
    if (/Insufficient memory|Failed to allocate|bad_alloc/.test(text)) {
      return new MurmurationError(
        'ERR_WORKER_CRASHED',
        `${subject} expects to fit into OpenCV's heap of 1 GiB, and did not: ${text}`,
        { cause: error },
      )
    }
    return new MurmurationError('ERR_OPERATION', `${subject} failed in OpenCV: ${text}`, { cause: error })
  }

  #exceptionText(address: number): string {
    try {
      const { msg }: { msg?: unknown } = this.cv.exceptionFromPtr(address)
      return typeof msg === 'string' && msg !== '' ? msg.trim().replaceAll(/\s+/g, ' ') : 'unknown C++ exception'
    } catch {
      // not a cv::Exception: a std::bad_alloc has another layout
      return 'unknown C++ exception'
    }
  }
}

/** The imports, with ours in place of the one that raises C++ exceptions. */
function replaceThrow(imports: WasmImports): WasmImports {
  const replaceIn = (functions: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(functions).map(([name, value]) => {
        const isThrow = typeof value === 'function' && value.name === '___cxa_throw'
        return [name, isThrow ? throwCppException : value]
      }),
    )
  return Object.fromEntries(Object.entries(imports).map(([name, functions]) => [name, replaceIn(functions)]))
}

function throwCppException(address: number): never {
  throw new CppException(address)
}

/**
 * The package inlines its wasm in its script and hands it to nobody: the only way to the bytes is to see them pass
 * through `WebAssembly.instantiate`, which is put back at that moment. Others that call it meanwhile are passed on.
 */
async function compileModule(): Promise<WasmModule> {
  const { default: createOpenCv } = await import('@opencvjs/web/lib/opencv_js.js')
  const { instantiate } = webAssembly
  let isCaptured = false
  try {
    return await new Promise<WasmModule>((resolve, reject) => {
      webAssembly.instantiate = (source, imports) => {
        const isOpenCv = source instanceof Uint8Array && source.byteLength > MIN_OPENCV_WASM_BYTES
        if (!isOpenCv || isCaptured) return instantiate(source, imports)
        isCaptured = true
        webAssembly.compile(source).then(resolve, reject)
        // never settles: the instance that the factory was asked for here is not wanted, only its bytes
        return new Promise<never>(() => {})
      }
      createOpenCv().then(() => {
        reject(new MurmurationError('ERR_INTERNAL', '@opencvjs/web expects to compile its wasm from bytes'))
      }, reject)
    })
  } finally {
    webAssembly.instantiate = instantiate
  }
}

let compiling: Promise<WasmModule> | undefined

/** One compilation per thread, also for callers that come at once; a failed one is forgotten. */
function compileOnce(): Promise<WasmModule> {
  compiling ??= compileModule().catch((error: unknown) => {
    compiling = undefined
    throw error
  })
  return compiling
}

/**
 * A new instance of OpenCV. Takes about 0.25 s, 0.05 s with a `module` that an earlier instance compiled.
 * @throws MurmurationError ERR_INTERNAL when the package is not the one this was written for
 */
export async function loadOpenCv(
  options: {
    module?: WasmModule | undefined
    /** The kernels' module of an earlier instance. */
    simdModule?: WasmModule | undefined
    /** Uses the SIMD kernels where WebAssembly has SIMD. Default true. */
    simd?: boolean
    /** Others than KERNELS: for tests. */
    kernels?: readonly Kernel[]
  } = {},
): Promise<OpenCv> {
  const { kernels = KERNELS, simd = true } = options
  const module = options.module ?? (await compileOnce())
  const { default: createOpenCv } = await import('@opencvjs/web/lib/opencv_js.js')
  let memory: WasmMemory | undefined
  const cv = await new Promise<CvLibrary>((resolve, reject) => {
    createOpenCv({
      instantiateWasm: (imports, done) => {
        webAssembly.instantiate(module, replaceThrow(imports)).then((instance) => {
          memory = Object.values(instance.exports).find((value) => value instanceof webAssembly.Memory)
          done(instance, module)
        }, reject)
      },
    }).then((library) => resolve(library as typeof OpenCV & UntypedOpenCv), reject)
  })
  if (memory === undefined) {
    throw new MurmurationError('ERR_INTERNAL', '@opencvjs/web expects to export its memory, and does not')
  }
  for (const kernel of kernels) kernel.install(cv, memory)
  const simdModule = simd ? (options.simdModule ?? (await compileSimd())) : undefined
  if (simdModule !== undefined) await installSimd(cv, memory, simdModule)
  return new OpenCv(cv, memory, { openCv: module, simd: simdModule })
}
