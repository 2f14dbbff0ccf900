/**
 * V8 frees compiled WebAssembly that seems unused, baseline code that was optimised and the wrappers around imported functions, while
 * threads run. The wrappers belong to the whole process: one that another thread looks up just as it is being freed is freed twice,
 * and V8 ends the process with SIGTRAP (13.6; met once, on CI, see nodejs/node#64500). So code stays until its module goes. That costs
 * no memory that could be measured: 720 MB with two workers after 600 images through six pipelines, with and without.
 */

import { setFlagsFromString } from 'node:v8'

export const KEEP_WASM_CODE_FLAG = '--no-wasm-code-gc'

let isKept = false

/** For the whole process; to be called before threads run wasm. */
export function keepWasmCode(): void {
  // a flag that is set makes V8 forget its code cache of Node's own modules
  if (isKept) return
  setFlagsFromString(KEEP_WASM_CODE_FLAG)
  isKept = true
}
