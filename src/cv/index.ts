/** The image layer for the layers above: encoded bytes in, encoded bytes out, and what there is to choose from. */

export { canonicalJson, type JsonValue } from './canonical-json.ts'
export type { ImageHeader } from './codec/header.ts'
export { sniffImageFormat } from './codec/sniff.ts'
export { type EncodedThumbnail, type ThumbnailMaker, thumbnailsInThisProcess } from './codec/thumbnail.ts'
export { IMAGE_FORMATS, type ImageFormat, type OutputImageFormat } from './formats.ts'
export { type HeaderReader, headersInThisProcess } from './header-reader.ts'
export { type HugeCodec, hugeCodecInThisProcess } from './huge-codec.ts'
export type { ImageResult, ImageRunner, ImageTask } from './image-runner.ts'
export { loadOpenCv, type OpenCv } from './opencv.ts'
export { defaultText, rangeText, typeText } from './operations/describe-parameter.ts'
export type { AnyOperation, DataOperation, Operation, OperationInfo, ParameterInfo } from './operations/operation.ts'
export { findOperation, listOperations, OPERATION_GROUPS, operationsHash } from './operations/registry.ts'
export { parsePipeline } from './pipeline/parse-pipeline.ts'
export {
  type DataPipeline,
  type ImagePipeline,
  modelOf,
  type Pipeline,
  type PipelineStep,
  withModel,
} from './pipeline/pipeline.ts'
export type { Pixels } from './pixels.ts'
export { analyzeImage, runPipeline } from './run-pipeline.ts'
export { DIGESTS, pixelVersion } from './version.ts'
export { createIsolatedHeaders } from './worker/isolated-headers.ts'
export { createIsolatedHugeCodec } from './worker/isolated-huge-codec.ts'
export { createIsolatedThumbnails } from './worker/isolated-thumbnails.ts'
export { createWorkerPool, type WorkerPoolOptions } from './worker/pool.ts'
