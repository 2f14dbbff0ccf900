/**
 * Small ONNX models, written as protobuf by hand (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), so that tests know
 * every weight and compute the numbers that they expect.
 */

interface Tensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly values: readonly number[]
  /** Default `float`. */
  readonly type?: 'float' | 'int64'
}

interface Node {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>
}

interface Port {
  readonly name: string
  /** A text is a size that is not known before. */
  readonly dims: readonly (number | string)[]
}

export interface OnnxGraph {
  readonly nodes: readonly Node[]
  readonly weights?: readonly Tensor[]
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
}

const FLOAT = 1
const INT64 = 7
const ATTRIBUTE_INT = 2
const ATTRIBUTE_INTS = 7
const IR_VERSION = 8
const OPSET = 13

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return [...bytes, Number(rest)]
}

const integer = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)]

/** A message, a text or raw bytes. */
function delimited(field: number, content: readonly number[] | string): number[] {
  const bytes = typeof content === 'string' ? [...new TextEncoder().encode(content)] : content
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes]
}

function tensor({ name, dims, values, type = 'float' }: Tensor): number[] {
  const raw = type === 'float' ? Float32Array.from(values) : BigInt64Array.from(values, BigInt)
  return [
    ...dims.flatMap((dim) => integer(1, dim)),
    ...integer(2, type === 'float' ? FLOAT : INT64),
    ...delimited(8, name),
    ...delimited(9, [...new Uint8Array(raw.buffer)]),
  ]
}

function attribute(name: string, value: number | readonly number[]): number[] {
  if (typeof value === 'number') return [...delimited(1, name), ...integer(3, value), ...integer(20, ATTRIBUTE_INT)]
  return [...delimited(1, name), ...value.flatMap((item) => integer(8, item)), ...integer(20, ATTRIBUTE_INTS)]
}

const node = ({ operator, inputs, outputs, attributes = {} }: Node): number[] => [
  ...inputs.flatMap((name) => delimited(1, name)),
  ...outputs.flatMap((name) => delimited(2, name)),
  ...delimited(3, `${operator} ${outputs.join(' ')}`),
  ...delimited(4, operator),
  ...Object.entries(attributes).flatMap(([name, value]) => delimited(5, attribute(name, value))),
]

function port({ name, dims }: Port): number[] {
  const shape = dims.flatMap((dim) => delimited(1, typeof dim === 'number' ? integer(1, dim) : delimited(2, dim)))
  return [...delimited(1, name), ...delimited(2, delimited(1, [...integer(1, FLOAT), ...delimited(2, shape)]))]
}

/** The bytes of a model file. */
export function onnxModel({ nodes, weights = [], inputs, outputs }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.flatMap((one) => delimited(1, node(one))),
    ...delimited(2, 'test'),
    ...weights.flatMap((one) => delimited(5, tensor(one))),
    ...inputs.flatMap((one) => delimited(11, port(one))),
    ...outputs.flatMap((one) => delimited(12, port(one))),
  ]
  const opset = delimited(8, [...delimited(1, ''), ...integer(2, OPSET)])
  return Uint8Array.from([...integer(1, IR_VERSION), ...delimited(7, graph), ...opset])
}

/** The same model in other and more bytes: with a text that means nothing behind it. */
export const withComment = (model: Uint8Array, sizeBytes: number): Uint8Array =>
  Buffer.concat([model, Uint8Array.from([...varint((6 << 3) | 2), ...varint(sizeBytes)]), Buffer.alloc(sizeBytes, 'a')])
