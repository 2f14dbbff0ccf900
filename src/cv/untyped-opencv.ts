/**
 * What OpenCV.js exports and its types (@opencvjs/types 5.0.0-release.2) leave out, as far as the operations use it. Each
 * entry goes when the package declares it; the operations' tests call all of them.
 */

import type { OpenCV } from '@opencvjs/web'

/** A detected point. */
export interface KeyPoint {
  readonly pt: { readonly x: number; readonly y: number }
  /** Diameter of its neighbourhood, px. */
  readonly size: number
}

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

export interface UntypedOpenCv {
  readonly HOUGH_GRADIENT_ALT: number
  readonly INTER_NEAREST_EXACT: number
  readonly KMEANS_PP_CENTERS: number
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
}
