import type { Mat } from '../../scope.ts'

/** Below this side no code fits (a QR code has 21 modules, an EAN-8 67), and OpenCV's detectors fail on some such images. */
const MIN_SIDE_PX = 21

export const canHoldCode = ({ rows, cols }: Mat): boolean => rows >= MIN_SIDE_PX && cols >= MIN_SIDE_PX
