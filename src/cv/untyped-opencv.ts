/**
 * What OpenCV.js exports and its types (@opencvjs/types 5.0.0-release.2) leave out or get wrong, as far as the operations
 * use it. Each entry goes when the package declares it; the operations' tests call all of them.
 */

import type { OpenCV } from '@opencvjs/web'

/** A detected point. */
export interface KeyPoint {
  readonly pt: { readonly x: number; readonly y: number }
  /** Diameter of its neighbourhood, px. */
  readonly size: number
  /** Degrees, clockwise, in [0, 360). */
  readonly angle: number
  readonly response: number
  /** Level of the pyramid. */
  readonly octave: number
}

interface StringVector {
  size(): number
  get(index: number): string
  delete(): void
}

interface QrCodeDetector {
  /** `points` gets one row of four points (32-bit float, two channels) for each text. */
  detectAndDecodeMulti(
    image: OpenCV.Mat,
    texts: StringVector,
    points: OpenCV.Mat,
    straightCodes: OpenCV.MatVector,
  ): boolean
  delete(): void
}

interface BarcodeDetector {
  detectAndDecodeWithType(image: OpenCV.Mat, texts: StringVector, types: StringVector, points: OpenCV.Mat): boolean
  delete(): void
}

interface ArucoDictionary {
  generateImageMarker(id: number, sidePx: number, image: OpenCV.Mat, borderBits: number): void
  delete(): void
}

interface ArucoDetector {
  /** `corners` gets a Mat of four points each, `ids` the numbers (32-bit integer). */
  detectMarkers(image: OpenCV.Mat, corners: OpenCV.MatVector, ids: OpenCV.Mat, rejected: OpenCV.MatVector): void
  delete(): void
}

interface OrbDetector {
  detectAndCompute(image: OpenCV.Mat, mask: OpenCV.Mat, keyPoints: OpenCV.KeyPointVector, descriptors: OpenCV.Mat): void
  delete(): void
}

interface Deletable {
  delete(): void
}

interface LevelEnds {
  readonly minVal: number
  readonly maxVal: number
  readonly minLoc: OpenCV.Point
  readonly maxLoc: OpenCV.Point
}

/** The numbers of the predefined dictionaries of markers. */
type ArucoDictionaryNames =
  | `DICT_${4 | 5 | 6 | 7}X${4 | 5 | 6 | 7}_${50 | 100 | 250 | 1000}`
  | 'DICT_ARUCO_ORIGINAL'
  | 'DICT_ARUCO_MIP_36h12'
  | `DICT_APRILTAG_${'16h5' | '25h9' | '36h10' | '36h11'}`

interface Detector {
  /** Fills `keyPoints`; an empty mask is none. */
  detect(image: OpenCV.Mat, keyPoints: OpenCV.KeyPointVector, mask: OpenCV.Mat): void
  delete(): void
}

/** cv::SimpleBlobDetector::Params, as far as it is set. */
export interface BlobParameters {
  minThreshold: number
  maxThreshold: number
  minDistBetweenBlobs: number
  /** 0 finds dark blobs, 255 light ones. */
  blobColor: number
  filterByArea: boolean
  minArea: number
  maxArea: number
  filterByCircularity: boolean
  minCircularity: number
  filterByInertia: boolean
  filterByConvexity: boolean
  delete(): void
}

interface BlobDetector extends Detector {
  /** A copy, which the caller owns. */
  getParams(): BlobParameters
  setParams(parameters: BlobParameters): void
}

/** cv::dnn::Net. */
export interface Net {
  /** An empty name is the only input's. */
  setInput(blob: OpenCV.Mat, name: string, scale: number, mean: OpenCV.Scalar): void
  /** Names of the outputs, which the caller deletes. */
  getUnconnectedOutLayersNames(): StringVector
  /** Gives every output in that order, whatever names are asked for. */
  forward2(outputs: OpenCV.MatVector, names: StringVector): void
  delete(): void
}

export interface UntypedOpenCv extends Readonly<Record<ArucoDictionaryNames, number>> {
  readonly HOUGH_GRADIENT_ALT: number
  readonly INTER_NEAREST_EXACT: number
  /** The heap's own: 0 where it has ended. */
  _malloc(bytes: number): number
  _free(address: number): void
  readonly KMEANS_PP_CENTERS: number
  /** Four axes: images, channels, rows, columns; `mean` is in the order of the result's channels. */
  blobFromImage(
    image: OpenCV.Mat,
    scale: number,
    size: OpenCV.Size,
    mean: OpenCV.Scalar,
    swapsRedAndBlue: boolean,
    crops: boolean,
    depth: number,
  ): OpenCV.Mat
  readNetFromONNX(path: string): Net
  /** A file in memory; `bytes` may be kept when `isOwned`. */
  FS_createDataFile(
    folder: string,
    name: string,
    bytes: Uint8Array,
    isReadable: boolean,
    isWritable: boolean,
    isOwned: boolean,
  ): void
  FS_unlink(path: string): void
  /** Of one channel; places are the first ones. */
  minMaxLoc(image: OpenCV.Mat, mask?: OpenCV.Mat): LevelEnds
  stackBlur(source: OpenCV.Mat, result: OpenCV.Mat, size: OpenCV.Size): void
  readonly GFTTDetector: new (
    maxCorners: number,
    qualityLevel: number,
    minDistancePx: number,
    blockSizePx: number,
    isHarris: boolean,
    harrisK: number,
  ) => Detector
  readonly SimpleBlobDetector: new () => BlobDetector
  readonly StringVector: new () => StringVector
  readonly QRCodeDetector: new () => QrCodeDetector
  readonly barcode_BarcodeDetector: new () => BarcodeDetector
  getPredefinedDictionary(dictionary: number): ArucoDictionary
  readonly aruco_DetectorParameters: new () => Deletable
  readonly aruco_RefineParameters: new (
    minReprojectionPx: number,
    errorCorrectionRate: number,
    isAnyOrderChecked: boolean,
  ) => Deletable
  readonly aruco_ArucoDetector: new (
    dictionary: ArucoDictionary,
    detection: Deletable,
    refinement: Deletable,
  ) => ArucoDetector
  readonly ORB: new (
    count: number,
    scaleFactor: number,
    levels: number,
    borderPx: number,
    firstLevel: number,
    pointsPerBit: number,
    scoreType: number,
    patchPx: number,
    fastThreshold: number,
  ) => OrbDetector
}
