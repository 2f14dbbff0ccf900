/**
 * The user's own neural network (ONNX) on the image, and what it gives. OpenCV's dnn runs it on a blob that `blobFromImage`
 * makes; the numbers of the blob are (level - mean) x scale / std. Within WebAssembly all of it is exact to the last bit, so
 * equal peers give equal bytes.
 */

import { MurmurationError } from '../../../base/errors.ts'
import { MAX_MODEL_INPUT_PX, MAX_TENSOR_VALUES } from '../../../base/limits.ts'
import type { Mat, Scope } from '../../scope.ts'
import type { Net } from '../../untyped-opencv.ts'
import { defineDataOperation, type OperationContext } from '../operation.ts'
import type { NumberParameter, ParameterValues } from '../parameter.ts'
import { tensorShape, tensorValues } from './tensor-values.ts'

const mean = (color: string): NumberParameter => ({
  type: 'number',
  default: 0,
  min: 0,
  max: 255,
  unit: 'levels',
  summary: `Taken off ${color} first.`,
})

const std = (color: string): NumberParameter => ({
  type: 'number',
  default: 1,
  min: 1e-6,
  max: 1e6,
  unit: '',
  summary: `What is then divided by in ${color}.`,
})

const side = (what: string) =>
  ({
    type: 'integer',
    default: 224,
    min: 1,
    max: MAX_MODEL_INPUT_PX,
    unit: 'px',
    summary: `${what} of what the model gets.`,
  }) as const

const PARAMETERS = {
  w: side('Width'),
  h: side('Height'),
  scale: {
    type: 'number',
    default: 1,
    min: 1e-6,
    max: 1e6,
    unit: '',
    summary: 'Every level is multiplied by it, after the mean was taken off; 0.003921569 makes 0 to 1 of 0 to 255.',
  },
  channels: {
    type: 'choice',
    default: 'rgb',
    choices: ['rgb', 'bgr', 'gray'],
    summary: 'Channels that the model gets, in this order; gray and color images are converted to them.',
  },
  fit: {
    type: 'choice',
    default: 'fill',
    choices: ['fill', 'crop'],
    summary: 'How the image gets that size: fill changes its aspect ratio, crop keeps it and cuts the sides off.',
  },
  output: {
    type: 'text',
    default: '',
    maxLength: 128,
    summary: 'Name of the only output to write; all are where it is empty.',
  },
  'mean-red': mean('red, and gray,'),
  'mean-green': mean('green'),
  'mean-blue': mean('blue'),
  'std-red': std('red, and gray'),
  'std-green': std('green'),
  'std-blue': std('blue'),
  model: { type: 'model', default: '', summary: 'The model; --model FILE fills it in.' },
} as const

type Values = ParameterValues<typeof PARAMETERS>

export const dnn = defineDataOperation({
  name: 'dnn',
  summary:
    'Runs a neural network of your own (--model FILE, ONNX) on the image: gives name, shape and values of its output tensors.',
  parameters: PARAMETERS,
  example: 'dnn:w=224,h=224,scale=0.003921569',
  version: 1,
  analyze(image, values, context) {
    const { openCv, scope } = context
    const net = openCv.models.get(values.model)
    if (net === undefined) throw failure('expects a model, and none was given: --model FILE names it')
    const blob = blobOf(image, values, context)
    net.setInput(blob, '', 1, new openCv.cv.Scalar(0, 0, 0, 0))
    const names = namesOf(net, scope)
    const wanted = values.output === '' ? names : names.filter((name) => name === values.output)
    if (wanted.length === 0) {
      const known = names.map((name) => JSON.stringify(name)).join(', ')
      throw failure(`expects output to be one of the model's, ${known}, got ${JSON.stringify(values.output)}`)
    }
    const tensors = scope.matVector()
    net.forward2(tensors, scope.own(new openCv.cv.StringVector()))
    if (tensors.size() !== names.length) throw failure(`expects ${names.length} outputs, got ${tensors.size()}`)
    // both in the order of the model
    const outputs = names.map((name, index) => ({ name, tensor: scope.own(tensors.get(index)) }))
    const written = outputs.filter(({ name }) => wanted.includes(name))
    refuseTooMany(written)
    return {
      outputs: written.map(({ name, tensor }) => ({
        name,
        shape: tensorShape(tensor),
        values: tensorValues(openCv, name, tensor),
      })),
    }
  },
})

interface Output {
  readonly name: string
  readonly tensor: Mat
}

function refuseTooMany(outputs: readonly Output[]): void {
  const counts = outputs.map(({ tensor }) => tensorShape(tensor).reduce((product, length) => product * length, 1))
  const count = counts.reduce((sum, one) => sum + one, 0)
  if (count <= MAX_TENSOR_VALUES) return
  const sizes = outputs.map(({ name }, index) => `${JSON.stringify(name)} has ${counts[index]}`).join(', ')
  throw failure(`expects at most ${MAX_TENSOR_VALUES} values in what is written, got ${count}: ${sizes}`)
}

function namesOf(net: Net, scope: Scope): string[] {
  const names = scope.own(net.getUnconnectedOutLayersNames())
  return Array.from({ length: names.size() }, (_, index) => names.get(index))
}

/** What the model gets: 1 x channels x h x w floats. */
function blobOf(image: Mat, values: Values, context: OperationContext): Mat {
  const { openCv, scope } = context
  const { cv } = openCv
  const { w, h, scale, channels, fit } = values
  const colors = COLORS[channels]
  const means = [...colors.map((color) => values[`mean-${color}`]), 0, 0, 0].slice(0, 4)
  const blob = scope.own(
    cv.blobFromImage(
      withChannels(image, channels === 'gray' ? 1 : 3, context),
      scale,
      new cv.Size(w, h),
      new cv.Scalar(...means),
      channels === 'bgr',
      fit === 'crop',
      cv.CV_32F,
    ),
  )
  const samples = blob.data32F
  for (const [channel, color] of colors.entries()) {
    const divisor = values[`std-${color}`]
    if (divisor === 1) continue
    for (let index = channel * w * h; index < (channel + 1) * w * h; index++) {
      samples[index] = (samples[index] ?? 0) / divisor
    }
  }
  return blob
}

const COLORS = { rgb: ['red', 'green', 'blue'], bgr: ['blue', 'green', 'red'], gray: ['red'] } as const

function withChannels(image: Mat, channels: 1 | 3, { openCv: { cv }, scope }: OperationContext): Mat {
  if (image.channels() === channels) return image
  const converted = scope.mat()
  cv.cvtColor(image, converted, channels === 1 ? cv.COLOR_RGB2GRAY : cv.COLOR_GRAY2RGB)
  return converted
}

const failure = (sentence: string): MurmurationError =>
  new MurmurationError('ERR_OPERATION', `operation "dnn" ${sentence}`)
