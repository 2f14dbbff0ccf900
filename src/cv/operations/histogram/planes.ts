/** Operations on one plane, for images of three: on their luma, or on each of their channels. */

import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

/** A gray image through `change`, or the luma (Y of Y'CrCb) of an rgb image, whose chroma is put back. */
export function throughLuma(image: Mat, context: OperationContext, change: (plane: Mat) => Mat): Mat {
  if (image.channels() === 1) return change(image)
  const { openCv, scope } = context
  const { cv } = openCv
  const converted = scope.mat()
  cv.cvtColor(image, converted, cv.COLOR_RGB2YCrCb)
  const planes = scope.matVector()
  cv.split(converted, planes)
  const changed = scope.matVector()
  changed.push_back(change(scope.own(planes.get(0))))
  for (const chroma of [1, 2]) changed.push_back(scope.own(planes.get(chroma)))
  cv.merge(changed, converted)
  const result = scope.mat()
  cv.cvtColor(converted, result, cv.COLOR_YCrCb2RGB)
  return result
}

/** A gray image itself, or the luma of an rgb image as `throughLuma` hands it on. */
export function lumaOf(image: Mat, { openCv: { cv }, scope }: OperationContext): Mat {
  if (image.channels() === 1) return image
  const converted = scope.mat()
  cv.cvtColor(image, converted, cv.COLOR_RGB2YCrCb)
  const planes = scope.matVector()
  cv.split(converted, planes)
  return scope.own(planes.get(0))
}

/** Each channel of an image through `change`. */
export function throughChannels(image: Mat, { openCv, scope }: OperationContext, change: (plane: Mat) => Mat): Mat {
  if (image.channels() === 1) return change(image)
  const planes = scope.matVector()
  openCv.cv.split(image, planes)
  const changed = scope.matVector()
  for (let channel = 0; channel < planes.size(); channel++) changed.push_back(change(scope.own(planes.get(channel))))
  const result = scope.mat()
  openCv.cv.merge(changed, result)
  return result
}
