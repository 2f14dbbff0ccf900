/** The factory inside @opencvjs/web, which the package's own types leave out. Goes when the package declares it. */
declare module '@opencvjs/web/lib/opencv_js.js' {
  import type { OpenCV } from '@opencvjs/web'

  interface FactoryOptions {
    /** Instead of compiling the inlined wasm: makes an instance with these imports and hands it to `done`. */
    instantiateWasm?: (
      imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
      done: (instance: object, module: object) => void,
    ) => void
  }

  // biome-ignore lint/style/noDefaultExport: the package's own form
  export default function createOpenCv(options?: FactoryOptions): Promise<typeof OpenCV>
}
