/* eslint-disable require-yield */

import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface ModelRequest {
  digest?: Uint8Array<ArrayBuffer>
}

export namespace ModelRequest {
  let _codec: Codec<ModelRequest>

  export const codec = (): Codec<ModelRequest> => {
    if (_codec == null) {
      _codec = message<ModelRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.digest != null) {
          w.uint32(10)
          w.bytes(obj.digest)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.digest = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.digest`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ModelRequestDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ModelRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ModelRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelRequest>): ModelRequest {
    return decodeMessage(buf, ModelRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelRequest>): Generator<ModelRequestDigestFieldEvent> {
    return streamMessage(buf, ModelRequest.codec(), opts)
  }
}

export interface ModelFound {
  sizeBytes: number
}

export namespace ModelFound {
  let _codec: Codec<ModelFound>

  export const codec = (): Codec<ModelFound> => {
    if (_codec == null) {
      _codec = message<ModelFound>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.sizeBytes != null && obj.sizeBytes !== 0)) {
          w.uint32(8)
          w.uint32(obj.sizeBytes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          sizeBytes: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.sizeBytes = reader.uint32()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.sizeBytes`,
                value: reader.uint32()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ModelFoundSizeBytesFieldEvent {
    field: '$.sizeBytes'
    value: number
  }

  export function encode (obj: Partial<ModelFound>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ModelFound.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelFound>): ModelFound {
    return decodeMessage(buf, ModelFound.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelFound>): Generator<ModelFoundSizeBytesFieldEvent> {
    return streamMessage(buf, ModelFound.codec(), opts)
  }
}

export interface ModelMissing {}

export namespace ModelMissing {
  let _codec: Codec<ModelMissing>

  export const codec = (): Codec<ModelMissing> => {
    if (_codec == null) {
      _codec = message<ModelMissing>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export function encode (obj: Partial<ModelMissing>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ModelMissing.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelMissing>): ModelMissing {
    return decodeMessage(buf, ModelMissing.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelMissing>): Generator<{}> {
    return streamMessage(buf, ModelMissing.codec(), opts)
  }
}

export interface ModelChunk {
  offset: number
  bytes?: Uint8Array<ArrayBuffer>
}

export namespace ModelChunk {
  let _codec: Codec<ModelChunk>

  export const codec = (): Codec<ModelChunk> => {
    if (_codec == null) {
      _codec = message<ModelChunk>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.offset != null && obj.offset !== 0)) {
          w.uint32(8)
          w.uint32(obj.offset)
        }

        if (obj.bytes != null) {
          w.uint32(18)
          w.bytes(obj.bytes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          offset: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.offset = reader.uint32()
              break
            }
            case 2: {
              obj.bytes = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.offset`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.bytes`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ModelChunkOffsetFieldEvent {
    field: '$.offset'
    value: number
  }

  export interface ModelChunkBytesFieldEvent {
    field: '$.bytes'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ModelChunk>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ModelChunk.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelChunk>): ModelChunk {
    return decodeMessage(buf, ModelChunk.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelChunk>): Generator<ModelChunkOffsetFieldEvent | ModelChunkBytesFieldEvent> {
    return streamMessage(buf, ModelChunk.codec(), opts)
  }
}

export interface ModelFrame {
  request?: ModelRequest
  found?: ModelFound
  missing?: ModelMissing
  chunk?: ModelChunk
}

export namespace ModelFrame {
  let _codec: Codec<ModelFrame>

  export const codec = (): Codec<ModelFrame> => {
    if (_codec == null) {
      _codec = message<ModelFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.chunk != null) {
          obj.missing = undefined
          obj.found = undefined
          obj.request = undefined
        }

        if (obj.missing != null) {
          obj.chunk = undefined
          obj.found = undefined
          obj.request = undefined
        }

        if (obj.found != null) {
          obj.chunk = undefined
          obj.missing = undefined
          obj.request = undefined
        }

        if (obj.request != null) {
          obj.chunk = undefined
          obj.missing = undefined
          obj.found = undefined
        }

        if (obj.request != null) {
          w.uint32(10)
          ModelRequest.codec().encode(obj.request, w)
        }

        if (obj.found != null) {
          w.uint32(18)
          ModelFound.codec().encode(obj.found, w)
        }

        if (obj.missing != null) {
          w.uint32(26)
          ModelMissing.codec().encode(obj.missing, w)
        }

        if (obj.chunk != null) {
          w.uint32(34)
          ModelChunk.codec().encode(obj.chunk, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.request = ModelRequest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.request
              })
              break
            }
            case 2: {
              obj.found = ModelFound.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.found
              })
              break
            }
            case 3: {
              obj.missing = ModelMissing.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.missing
              })
              break
            }
            case 4: {
              obj.chunk = ModelChunk.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.chunk
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.chunk != null) {
          delete obj.missing
          delete obj.found
          delete obj.request
        }

        if (obj.missing != null) {
          delete obj.chunk
          delete obj.found
          delete obj.request
        }

        if (obj.found != null) {
          delete obj.chunk
          delete obj.missing
          delete obj.request
        }

        if (obj.request != null) {
          delete obj.chunk
          delete obj.missing
          delete obj.found
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * ModelRequest.codec().stream(reader, reader.uint32(), `${prefix}.request`, {
                limits: opts.limits?.request
              })

              break
            }
            case 2: {
              yield * ModelFound.codec().stream(reader, reader.uint32(), `${prefix}.found`, {
                limits: opts.limits?.found
              })

              break
            }
            case 3: {
              yield * ModelMissing.codec().stream(reader, reader.uint32(), `${prefix}.missing`, {
                limits: opts.limits?.missing
              })

              break
            }
            case 4: {
              yield * ModelChunk.codec().stream(reader, reader.uint32(), `${prefix}.chunk`, {
                limits: opts.limits?.chunk
              })

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ModelFrameRequestDigestFieldEvent {
    field: '$.request.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ModelFrameFoundSizeBytesFieldEvent {
    field: '$.found.sizeBytes'
    value: number
  }

  export interface ModelFrameChunkOffsetFieldEvent {
    field: '$.chunk.offset'
    value: number
  }

  export interface ModelFrameChunkBytesFieldEvent {
    field: '$.chunk.bytes'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ModelFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ModelFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelFrame>): ModelFrame {
    return decodeMessage(buf, ModelFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelFrame>): Generator<ModelFrameRequestDigestFieldEvent | ModelFrameFoundSizeBytesFieldEvent | ModelFrameChunkOffsetFieldEvent | ModelFrameChunkBytesFieldEvent> {
    return streamMessage(buf, ModelFrame.codec(), opts)
  }
}
