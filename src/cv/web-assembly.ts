/**
 * The part of the global `WebAssembly` that is used here, typed by hand: TypeScript declares it only together with a
 * browser's whole DOM. Goes when it has a lib of its own.
 */

/** Compiled code without state; may be posted to other threads. */
export interface WasmModule {
  readonly [Symbol.toStringTag]?: string
}

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer
}

export type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>

interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<WasmModule>
  instantiate(module: WasmModule, imports: WasmImports): Promise<WasmInstance>
  readonly Module: abstract new (...parameters: never[]) => WasmModule
  readonly Memory: abstract new (...parameters: never[]) => WasmMemory
  readonly RuntimeError: abstract new (...parameters: never[]) => Error
}

export const webAssembly: WebAssemblyApi = Reflect.get(globalThis as object, 'WebAssembly')

export const isWasmModule = (value: unknown): value is WasmModule => value instanceof webAssembly.Module
