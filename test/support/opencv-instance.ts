/** One OpenCV instance per test file: loading takes a quarter of a second. */

import { loadOpenCv, type OpenCv } from '../../src/cv/opencv.ts'

let loading: Promise<OpenCv> | undefined

/** The file's shared instance, or a new one of the same module once a test has spent it. */
export async function testOpenCv(): Promise<OpenCv> {
  loading ??= loadOpenCv()
  const instance = await loading
  if (instance.isSpent) loading = loadOpenCv({ module: instance.module })
  return loading
}
