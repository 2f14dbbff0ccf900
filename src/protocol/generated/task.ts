import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export enum TaskMode {
  TASK_MODE_UNSPECIFIED = 'TASK_MODE_UNSPECIFIED',
  EXECUTE = 'EXECUTE',
  DELAYED_EXECUTE = 'DELAYED_EXECUTE'
}

enum __TaskModeValues {
  TASK_MODE_UNSPECIFIED = 0,
  EXECUTE = 1,
  DELAYED_EXECUTE = 2
}

export namespace TaskMode {
  export const codec = (): Codec<TaskMode> => {
    return enumeration<TaskMode>(__TaskModeValues)
  }
}

export enum OutputFormat {
  OUTPUT_FORMAT_UNSPECIFIED = 'OUTPUT_FORMAT_UNSPECIFIED',
  KEEP = 'KEEP',
  JPG = 'JPG',
  PNG = 'PNG',
  WEBP = 'WEBP',
  TIF = 'TIF',
  GIF = 'GIF',
  AVIF = 'AVIF'
}

enum __OutputFormatValues {
  OUTPUT_FORMAT_UNSPECIFIED = 0,
  KEEP = 1,
  JPG = 2,
  PNG = 3,
  WEBP = 4,
  TIF = 5,
  GIF = 6,
  AVIF = 7
}

export namespace OutputFormat {
  export const codec = (): Codec<OutputFormat> => {
    return enumeration<OutputFormat>(__OutputFormatValues)
  }
}

export enum RefusalReason {
  REFUSAL_REASON_UNSPECIFIED = 'REFUSAL_REASON_UNSPECIFIED',
  REFUSED_LOAD = 'REFUSED_LOAD',
  BUSY = 'BUSY',
  PAUSED = 'PAUSED',
  DRAINING = 'DRAINING',
  TOO_LARGE = 'TOO_LARGE',
  UNKNOWN_OPERATION = 'UNKNOWN_OPERATION',
  OTHER_PIXEL_VERSION = 'OTHER_PIXEL_VERSION'
}

enum __RefusalReasonValues {
  REFUSAL_REASON_UNSPECIFIED = 0,
  REFUSED_LOAD = 1,
  BUSY = 2,
  PAUSED = 3,
  DRAINING = 4,
  TOO_LARGE = 5,
  UNKNOWN_OPERATION = 6,
  OTHER_PIXEL_VERSION = 7
}

export namespace RefusalReason {
  export const codec = (): Codec<RefusalReason> => {
    return enumeration<RefusalReason>(__RefusalReasonValues)
  }
}

export interface AttemptRef {
  job?: Uint8Array<ArrayBuffer>
  task: number
  attempt: number
}

export namespace AttemptRef {
  let _codec: Codec<AttemptRef>

  export const codec = (): Codec<AttemptRef> => {
    if (_codec == null) {
      _codec = message<AttemptRef>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.job != null) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.task != null && obj.task !== 0)) {
          w.uint32(16)
          w.uint32(obj.task)
        }

        if ((obj.attempt != null && obj.attempt !== 0)) {
          w.uint32(24)
          w.uint32(obj.attempt)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          task: 0,
          attempt: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.task = reader.uint32()
              break
            }
            case 3: {
              obj.attempt = reader.uint32()
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
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.task`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.attempt`,
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

  export interface AttemptRefJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AttemptRefTaskFieldEvent {
    field: '$.task'
    value: number
  }

  export interface AttemptRefAttemptFieldEvent {
    field: '$.attempt'
    value: number
  }

  export function encode (obj: Partial<AttemptRef>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, AttemptRef.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AttemptRef>): AttemptRef {
    return decodeMessage(buf, AttemptRef.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AttemptRef>): Generator<AttemptRefJobFieldEvent | AttemptRefTaskFieldEvent | AttemptRefAttemptFieldEvent> {
    return streamMessage(buf, AttemptRef.codec(), opts)
  }
}

export interface FreshLoad {
  slots: number
  runningYours: number
  runningOthers: number
  parkedYours: number
  parkedOthers: number
  loadProbability: number
  isPaused: boolean
  isDraining: boolean
  msPerMegapixel: number
}

export namespace FreshLoad {
  let _codec: Codec<FreshLoad>

  export const codec = (): Codec<FreshLoad> => {
    if (_codec == null) {
      _codec = message<FreshLoad>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.slots != null && obj.slots !== 0)) {
          w.uint32(8)
          w.uint32(obj.slots)
        }

        if ((obj.runningYours != null && obj.runningYours !== 0)) {
          w.uint32(16)
          w.uint32(obj.runningYours)
        }

        if ((obj.runningOthers != null && obj.runningOthers !== 0)) {
          w.uint32(24)
          w.uint32(obj.runningOthers)
        }

        if ((obj.parkedYours != null && obj.parkedYours !== 0)) {
          w.uint32(32)
          w.uint32(obj.parkedYours)
        }

        if ((obj.parkedOthers != null && obj.parkedOthers !== 0)) {
          w.uint32(40)
          w.uint32(obj.parkedOthers)
        }

        if ((obj.loadProbability != null && obj.loadProbability !== 0)) {
          w.uint32(49)
          w.double(obj.loadProbability)
        }

        if ((obj.isPaused != null && obj.isPaused !== false)) {
          w.uint32(56)
          w.bool(obj.isPaused)
        }

        if ((obj.isDraining != null && obj.isDraining !== false)) {
          w.uint32(64)
          w.bool(obj.isDraining)
        }

        if ((obj.msPerMegapixel != null && obj.msPerMegapixel !== 0)) {
          w.uint32(73)
          w.double(obj.msPerMegapixel)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          slots: 0,
          runningYours: 0,
          runningOthers: 0,
          parkedYours: 0,
          parkedOthers: 0,
          loadProbability: 0,
          isPaused: false,
          isDraining: false,
          msPerMegapixel: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.slots = reader.uint32()
              break
            }
            case 2: {
              obj.runningYours = reader.uint32()
              break
            }
            case 3: {
              obj.runningOthers = reader.uint32()
              break
            }
            case 4: {
              obj.parkedYours = reader.uint32()
              break
            }
            case 5: {
              obj.parkedOthers = reader.uint32()
              break
            }
            case 6: {
              obj.loadProbability = reader.double()
              break
            }
            case 7: {
              obj.isPaused = reader.bool()
              break
            }
            case 8: {
              obj.isDraining = reader.bool()
              break
            }
            case 9: {
              obj.msPerMegapixel = reader.double()
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
                field: `${prefix}.slots`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.runningYours`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.runningOthers`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.parkedYours`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.parkedOthers`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.loadProbability`,
                value: reader.double()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.isPaused`,
                value: reader.bool()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.isDraining`,
                value: reader.bool()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.msPerMegapixel`,
                value: reader.double()
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

  export interface FreshLoadSlotsFieldEvent {
    field: '$.slots'
    value: number
  }

  export interface FreshLoadRunningYoursFieldEvent {
    field: '$.runningYours'
    value: number
  }

  export interface FreshLoadRunningOthersFieldEvent {
    field: '$.runningOthers'
    value: number
  }

  export interface FreshLoadParkedYoursFieldEvent {
    field: '$.parkedYours'
    value: number
  }

  export interface FreshLoadParkedOthersFieldEvent {
    field: '$.parkedOthers'
    value: number
  }

  export interface FreshLoadLoadProbabilityFieldEvent {
    field: '$.loadProbability'
    value: number
  }

  export interface FreshLoadIsPausedFieldEvent {
    field: '$.isPaused'
    value: boolean
  }

  export interface FreshLoadIsDrainingFieldEvent {
    field: '$.isDraining'
    value: boolean
  }

  export interface FreshLoadMsPerMegapixelFieldEvent {
    field: '$.msPerMegapixel'
    value: number
  }

  export function encode (obj: Partial<FreshLoad>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, FreshLoad.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FreshLoad>): FreshLoad {
    return decodeMessage(buf, FreshLoad.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FreshLoad>): Generator<FreshLoadSlotsFieldEvent | FreshLoadRunningYoursFieldEvent | FreshLoadRunningOthersFieldEvent | FreshLoadParkedYoursFieldEvent | FreshLoadParkedOthersFieldEvent | FreshLoadLoadProbabilityFieldEvent | FreshLoadIsPausedFieldEvent | FreshLoadIsDrainingFieldEvent | FreshLoadMsPerMegapixelFieldEvent> {
    return streamMessage(buf, FreshLoad.codec(), opts)
  }
}

export interface Tile {
  x: number
  y: number
  fullWidthPx: number
  fullHeightPx: number
  keepX: number
  keepY: number
  keepWidthPx: number
  keepHeightPx: number
  collects: boolean
  known: Uint8Array<ArrayBuffer>[]
}

export namespace Tile {
  let _codec: Codec<Tile>

  export const codec = (): Codec<Tile> => {
    if (_codec == null) {
      _codec = message<Tile>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.x != null && obj.x !== 0)) {
          w.uint32(8)
          w.uint32(obj.x)
        }

        if ((obj.y != null && obj.y !== 0)) {
          w.uint32(16)
          w.uint32(obj.y)
        }

        if ((obj.fullWidthPx != null && obj.fullWidthPx !== 0)) {
          w.uint32(24)
          w.uint32(obj.fullWidthPx)
        }

        if ((obj.fullHeightPx != null && obj.fullHeightPx !== 0)) {
          w.uint32(32)
          w.uint32(obj.fullHeightPx)
        }

        if ((obj.keepX != null && obj.keepX !== 0)) {
          w.uint32(40)
          w.uint32(obj.keepX)
        }

        if ((obj.keepY != null && obj.keepY !== 0)) {
          w.uint32(48)
          w.uint32(obj.keepY)
        }

        if ((obj.keepWidthPx != null && obj.keepWidthPx !== 0)) {
          w.uint32(56)
          w.uint32(obj.keepWidthPx)
        }

        if ((obj.keepHeightPx != null && obj.keepHeightPx !== 0)) {
          w.uint32(64)
          w.uint32(obj.keepHeightPx)
        }

        if ((obj.collects != null && obj.collects !== false)) {
          w.uint32(72)
          w.bool(obj.collects)
        }

        if (obj.known != null && obj.known.length > 0) {
          for (const value of obj.known) {
            w.uint32(82)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          x: 0,
          y: 0,
          fullWidthPx: 0,
          fullHeightPx: 0,
          keepX: 0,
          keepY: 0,
          keepWidthPx: 0,
          keepHeightPx: 0,
          collects: false,
          known: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.x = reader.uint32()
              break
            }
            case 2: {
              obj.y = reader.uint32()
              break
            }
            case 3: {
              obj.fullWidthPx = reader.uint32()
              break
            }
            case 4: {
              obj.fullHeightPx = reader.uint32()
              break
            }
            case 5: {
              obj.keepX = reader.uint32()
              break
            }
            case 6: {
              obj.keepY = reader.uint32()
              break
            }
            case 7: {
              obj.keepWidthPx = reader.uint32()
              break
            }
            case 8: {
              obj.keepHeightPx = reader.uint32()
              break
            }
            case 9: {
              obj.collects = reader.bool()
              break
            }
            case 10: {
              if (opts.limits?.known != null && obj.known.length === opts.limits.known) {
                throw new MaxLengthError('Decode error - repeated field "known" had too many elements')
              }

              obj.known.push(reader.bytes())
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
        const obj = {
          known: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.x`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.y`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.fullWidthPx`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.fullHeightPx`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.keepX`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.keepY`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.keepWidthPx`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.keepHeightPx`,
                value: reader.uint32()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.collects`,
                value: reader.bool()
              }
              break
            }
            case 10: {
              if (opts.limits?.known != null && obj.known === opts.limits.known) {
                throw new MaxLengthError('Streaming decode error - repeated field "known" had too many elements')
              }

              yield {
                field: `${prefix}.known[]`,
                index: obj.known,
                value: reader.bytes()
              }

              obj.known++

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

  export interface TileXFieldEvent {
    field: '$.x'
    value: number
  }

  export interface TileYFieldEvent {
    field: '$.y'
    value: number
  }

  export interface TileFullWidthPxFieldEvent {
    field: '$.fullWidthPx'
    value: number
  }

  export interface TileFullHeightPxFieldEvent {
    field: '$.fullHeightPx'
    value: number
  }

  export interface TileKeepXFieldEvent {
    field: '$.keepX'
    value: number
  }

  export interface TileKeepYFieldEvent {
    field: '$.keepY'
    value: number
  }

  export interface TileKeepWidthPxFieldEvent {
    field: '$.keepWidthPx'
    value: number
  }

  export interface TileKeepHeightPxFieldEvent {
    field: '$.keepHeightPx'
    value: number
  }

  export interface TileCollectsFieldEvent {
    field: '$.collects'
    value: boolean
  }

  export interface TileKnownFieldEvent {
    field: '$.known[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Tile>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Tile.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Tile>): Tile {
    return decodeMessage(buf, Tile.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Tile>): Generator<TileXFieldEvent | TileYFieldEvent | TileFullWidthPxFieldEvent | TileFullHeightPxFieldEvent | TileKeepXFieldEvent | TileKeepYFieldEvent | TileKeepWidthPxFieldEvent | TileKeepHeightPxFieldEvent | TileCollectsFieldEvent | TileKnownFieldEvent> {
    return streamMessage(buf, Tile.codec(), opts)
  }
}

export interface Offer {
  ref?: AttemptRef
  mode: number
  strategy: string
  pipeline: string
  seed: bigint
  sizeBytes: number
  widthPx: number
  heightPx: number
  digest?: Uint8Array<ArrayBuffer>
  pixelVersion: string
  format: number
  quality: number
  body?: Uint8Array<ArrayBuffer>
  tile?: Tile
  keepMetadata: boolean
}

export namespace Offer {
  let _codec: Codec<Offer>

  export const codec = (): Codec<Offer> => {
    if (_codec == null) {
      _codec = message<Offer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ref != null) {
          w.uint32(10)
          AttemptRef.codec().encode(obj.ref, w)
        }

        if ((obj.mode != null && obj.mode !== 0)) {
          w.uint32(16)
          w.uint32(obj.mode)
        }

        if ((obj.strategy != null && obj.strategy !== '')) {
          w.uint32(26)
          w.string(obj.strategy)
        }

        if ((obj.pipeline != null && obj.pipeline !== '')) {
          w.uint32(34)
          w.string(obj.pipeline)
        }

        if ((obj.seed != null && obj.seed !== 0n)) {
          w.uint32(41)
          w.fixed64(obj.seed)
        }

        if ((obj.sizeBytes != null && obj.sizeBytes !== 0)) {
          w.uint32(48)
          w.uint32(obj.sizeBytes)
        }

        if ((obj.widthPx != null && obj.widthPx !== 0)) {
          w.uint32(56)
          w.uint32(obj.widthPx)
        }

        if ((obj.heightPx != null && obj.heightPx !== 0)) {
          w.uint32(64)
          w.uint32(obj.heightPx)
        }

        if (obj.digest != null) {
          w.uint32(74)
          w.bytes(obj.digest)
        }

        if ((obj.pixelVersion != null && obj.pixelVersion !== '')) {
          w.uint32(82)
          w.string(obj.pixelVersion)
        }

        if ((obj.format != null && obj.format !== 0)) {
          w.uint32(88)
          w.uint32(obj.format)
        }

        if ((obj.quality != null && obj.quality !== 0)) {
          w.uint32(96)
          w.uint32(obj.quality)
        }

        if (obj.body != null) {
          w.uint32(106)
          w.bytes(obj.body)
        }

        if (obj.tile != null) {
          w.uint32(114)
          Tile.codec().encode(obj.tile, w)
        }

        if ((obj.keepMetadata != null && obj.keepMetadata !== false)) {
          w.uint32(120)
          w.bool(obj.keepMetadata)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          mode: 0,
          strategy: '',
          pipeline: '',
          seed: 0n,
          sizeBytes: 0,
          widthPx: 0,
          heightPx: 0,
          pixelVersion: '',
          format: 0,
          quality: 0,
          keepMetadata: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.ref = AttemptRef.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ref
              })
              break
            }
            case 2: {
              obj.mode = reader.uint32()
              break
            }
            case 3: {
              obj.strategy = reader.string()
              break
            }
            case 4: {
              obj.pipeline = reader.string()
              break
            }
            case 5: {
              obj.seed = reader.fixed64()
              break
            }
            case 6: {
              obj.sizeBytes = reader.uint32()
              break
            }
            case 7: {
              obj.widthPx = reader.uint32()
              break
            }
            case 8: {
              obj.heightPx = reader.uint32()
              break
            }
            case 9: {
              obj.digest = reader.bytes()
              break
            }
            case 10: {
              obj.pixelVersion = reader.string()
              break
            }
            case 11: {
              obj.format = reader.uint32()
              break
            }
            case 12: {
              obj.quality = reader.uint32()
              break
            }
            case 13: {
              obj.body = reader.bytes()
              break
            }
            case 14: {
              obj.tile = Tile.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.tile
              })
              break
            }
            case 15: {
              obj.keepMetadata = reader.bool()
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
              yield * AttemptRef.codec().stream(reader, reader.uint32(), `${prefix}.ref`, {
                limits: opts.limits?.ref
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.mode`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.strategy`,
                value: reader.string()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.pipeline`,
                value: reader.string()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.seed`,
                value: reader.fixed64()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.sizeBytes`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.widthPx`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.heightPx`,
                value: reader.uint32()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.digest`,
                value: reader.bytes()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.pixelVersion`,
                value: reader.string()
              }
              break
            }
            case 11: {
              yield {
                field: `${prefix}.format`,
                value: reader.uint32()
              }
              break
            }
            case 12: {
              yield {
                field: `${prefix}.quality`,
                value: reader.uint32()
              }
              break
            }
            case 13: {
              yield {
                field: `${prefix}.body`,
                value: reader.bytes()
              }
              break
            }
            case 14: {
              yield * Tile.codec().stream(reader, reader.uint32(), `${prefix}.tile`, {
                limits: opts.limits?.tile
              })

              break
            }
            case 15: {
              yield {
                field: `${prefix}.keepMetadata`,
                value: reader.bool()
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

  export interface OfferRefJobFieldEvent {
    field: '$.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OfferRefTaskFieldEvent {
    field: '$.ref.task'
    value: number
  }

  export interface OfferRefAttemptFieldEvent {
    field: '$.ref.attempt'
    value: number
  }

  export interface OfferModeFieldEvent {
    field: '$.mode'
    value: number
  }

  export interface OfferStrategyFieldEvent {
    field: '$.strategy'
    value: string
  }

  export interface OfferPipelineFieldEvent {
    field: '$.pipeline'
    value: string
  }

  export interface OfferSeedFieldEvent {
    field: '$.seed'
    value: bigint
  }

  export interface OfferSizeBytesFieldEvent {
    field: '$.sizeBytes'
    value: number
  }

  export interface OfferWidthPxFieldEvent {
    field: '$.widthPx'
    value: number
  }

  export interface OfferHeightPxFieldEvent {
    field: '$.heightPx'
    value: number
  }

  export interface OfferDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OfferPixelVersionFieldEvent {
    field: '$.pixelVersion'
    value: string
  }

  export interface OfferFormatFieldEvent {
    field: '$.format'
    value: number
  }

  export interface OfferQualityFieldEvent {
    field: '$.quality'
    value: number
  }

  export interface OfferBodyFieldEvent {
    field: '$.body'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OfferTileXFieldEvent {
    field: '$.tile.x'
    value: number
  }

  export interface OfferTileYFieldEvent {
    field: '$.tile.y'
    value: number
  }

  export interface OfferTileFullWidthPxFieldEvent {
    field: '$.tile.fullWidthPx'
    value: number
  }

  export interface OfferTileFullHeightPxFieldEvent {
    field: '$.tile.fullHeightPx'
    value: number
  }

  export interface OfferTileKeepXFieldEvent {
    field: '$.tile.keepX'
    value: number
  }

  export interface OfferTileKeepYFieldEvent {
    field: '$.tile.keepY'
    value: number
  }

  export interface OfferTileKeepWidthPxFieldEvent {
    field: '$.tile.keepWidthPx'
    value: number
  }

  export interface OfferTileKeepHeightPxFieldEvent {
    field: '$.tile.keepHeightPx'
    value: number
  }

  export interface OfferTileCollectsFieldEvent {
    field: '$.tile.collects'
    value: boolean
  }

  export interface OfferTileKnownFieldEvent {
    field: '$.tile.known[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface OfferKeepMetadataFieldEvent {
    field: '$.keepMetadata'
    value: boolean
  }

  export function encode (obj: Partial<Offer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Offer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Offer {
    return decodeMessage(buf, Offer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Generator<OfferRefJobFieldEvent | OfferRefTaskFieldEvent | OfferRefAttemptFieldEvent | OfferModeFieldEvent | OfferStrategyFieldEvent | OfferPipelineFieldEvent | OfferSeedFieldEvent | OfferSizeBytesFieldEvent | OfferWidthPxFieldEvent | OfferHeightPxFieldEvent | OfferDigestFieldEvent | OfferPixelVersionFieldEvent | OfferFormatFieldEvent | OfferQualityFieldEvent | OfferBodyFieldEvent | OfferTileXFieldEvent | OfferTileYFieldEvent | OfferTileFullWidthPxFieldEvent | OfferTileFullHeightPxFieldEvent | OfferTileKeepXFieldEvent | OfferTileKeepYFieldEvent | OfferTileKeepWidthPxFieldEvent | OfferTileKeepHeightPxFieldEvent | OfferTileCollectsFieldEvent | OfferTileKnownFieldEvent | OfferKeepMetadataFieldEvent> {
    return streamMessage(buf, Offer.codec(), opts)
  }
}

export interface Chunk {
  ref?: AttemptRef
  offset: number
  bytes?: Uint8Array<ArrayBuffer>
}

export namespace Chunk {
  let _codec: Codec<Chunk>

  export const codec = (): Codec<Chunk> => {
    if (_codec == null) {
      _codec = message<Chunk>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ref != null) {
          w.uint32(10)
          AttemptRef.codec().encode(obj.ref, w)
        }

        if ((obj.offset != null && obj.offset !== 0)) {
          w.uint32(16)
          w.uint32(obj.offset)
        }

        if (obj.bytes != null) {
          w.uint32(26)
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
              obj.ref = AttemptRef.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ref
              })
              break
            }
            case 2: {
              obj.offset = reader.uint32()
              break
            }
            case 3: {
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
              yield * AttemptRef.codec().stream(reader, reader.uint32(), `${prefix}.ref`, {
                limits: opts.limits?.ref
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.offset`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
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

  export interface ChunkRefJobFieldEvent {
    field: '$.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ChunkRefTaskFieldEvent {
    field: '$.ref.task'
    value: number
  }

  export interface ChunkRefAttemptFieldEvent {
    field: '$.ref.attempt'
    value: number
  }

  export interface ChunkOffsetFieldEvent {
    field: '$.offset'
    value: number
  }

  export interface ChunkBytesFieldEvent {
    field: '$.bytes'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Chunk>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Chunk.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Chunk>): Chunk {
    return decodeMessage(buf, Chunk.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Chunk>): Generator<ChunkRefJobFieldEvent | ChunkRefTaskFieldEvent | ChunkRefAttemptFieldEvent | ChunkOffsetFieldEvent | ChunkBytesFieldEvent> {
    return streamMessage(buf, Chunk.codec(), opts)
  }
}

export interface Cancel {
  ref?: AttemptRef
}

export namespace Cancel {
  let _codec: Codec<Cancel>

  export const codec = (): Codec<Cancel> => {
    if (_codec == null) {
      _codec = message<Cancel>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ref != null) {
          w.uint32(10)
          AttemptRef.codec().encode(obj.ref, w)
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
              obj.ref = AttemptRef.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ref
              })
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
              yield * AttemptRef.codec().stream(reader, reader.uint32(), `${prefix}.ref`, {
                limits: opts.limits?.ref
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

  export interface CancelRefJobFieldEvent {
    field: '$.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface CancelRefTaskFieldEvent {
    field: '$.ref.task'
    value: number
  }

  export interface CancelRefAttemptFieldEvent {
    field: '$.ref.attempt'
    value: number
  }

  export function encode (obj: Partial<Cancel>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Cancel.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cancel>): Cancel {
    return decodeMessage(buf, Cancel.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cancel>): Generator<CancelRefJobFieldEvent | CancelRefTaskFieldEvent | CancelRefAttemptFieldEvent> {
    return streamMessage(buf, Cancel.codec(), opts)
  }
}

export interface Credit {
  tasks: number
  pixels: number
}

export namespace Credit {
  let _codec: Codec<Credit>

  export const codec = (): Codec<Credit> => {
    if (_codec == null) {
      _codec = message<Credit>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.tasks != null && obj.tasks !== 0)) {
          w.uint32(8)
          w.uint32(obj.tasks)
        }

        if ((obj.pixels != null && obj.pixels !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.pixels)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          tasks: 0,
          pixels: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.tasks = reader.uint32()
              break
            }
            case 2: {
              obj.pixels = reader.uint64Number()
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
                field: `${prefix}.tasks`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.pixels`,
                value: reader.uint64Number()
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

  export interface CreditTasksFieldEvent {
    field: '$.tasks'
    value: number
  }

  export interface CreditPixelsFieldEvent {
    field: '$.pixels'
    value: number
  }

  export function encode (obj: Partial<Credit>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Credit.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Credit>): Credit {
    return decodeMessage(buf, Credit.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Credit>): Generator<CreditTasksFieldEvent | CreditPixelsFieldEvent> {
    return streamMessage(buf, Credit.codec(), opts)
  }
}

export interface Accept {
  ref?: AttemptRef
  delayMs: number
  load?: FreshLoad
}

export namespace Accept {
  let _codec: Codec<Accept>

  export const codec = (): Codec<Accept> => {
    if (_codec == null) {
      _codec = message<Accept>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ref != null) {
          w.uint32(10)
          AttemptRef.codec().encode(obj.ref, w)
        }

        if ((obj.delayMs != null && obj.delayMs !== 0)) {
          w.uint32(17)
          w.double(obj.delayMs)
        }

        if (obj.load != null) {
          w.uint32(26)
          FreshLoad.codec().encode(obj.load, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          delayMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.ref = AttemptRef.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ref
              })
              break
            }
            case 2: {
              obj.delayMs = reader.double()
              break
            }
            case 3: {
              obj.load = FreshLoad.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.load
              })
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
              yield * AttemptRef.codec().stream(reader, reader.uint32(), `${prefix}.ref`, {
                limits: opts.limits?.ref
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.delayMs`,
                value: reader.double()
              }
              break
            }
            case 3: {
              yield * FreshLoad.codec().stream(reader, reader.uint32(), `${prefix}.load`, {
                limits: opts.limits?.load
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

  export interface AcceptRefJobFieldEvent {
    field: '$.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AcceptRefTaskFieldEvent {
    field: '$.ref.task'
    value: number
  }

  export interface AcceptRefAttemptFieldEvent {
    field: '$.ref.attempt'
    value: number
  }

  export interface AcceptDelayMsFieldEvent {
    field: '$.delayMs'
    value: number
  }

  export interface AcceptLoadSlotsFieldEvent {
    field: '$.load.slots'
    value: number
  }

  export interface AcceptLoadRunningYoursFieldEvent {
    field: '$.load.runningYours'
    value: number
  }

  export interface AcceptLoadRunningOthersFieldEvent {
    field: '$.load.runningOthers'
    value: number
  }

  export interface AcceptLoadParkedYoursFieldEvent {
    field: '$.load.parkedYours'
    value: number
  }

  export interface AcceptLoadParkedOthersFieldEvent {
    field: '$.load.parkedOthers'
    value: number
  }

  export interface AcceptLoadLoadProbabilityFieldEvent {
    field: '$.load.loadProbability'
    value: number
  }

  export interface AcceptLoadIsPausedFieldEvent {
    field: '$.load.isPaused'
    value: boolean
  }

  export interface AcceptLoadIsDrainingFieldEvent {
    field: '$.load.isDraining'
    value: boolean
  }

  export interface AcceptLoadMsPerMegapixelFieldEvent {
    field: '$.load.msPerMegapixel'
    value: number
  }

  export function encode (obj: Partial<Accept>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Accept.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Accept>): Accept {
    return decodeMessage(buf, Accept.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Accept>): Generator<AcceptRefJobFieldEvent | AcceptRefTaskFieldEvent | AcceptRefAttemptFieldEvent | AcceptDelayMsFieldEvent | AcceptLoadSlotsFieldEvent | AcceptLoadRunningYoursFieldEvent | AcceptLoadRunningOthersFieldEvent | AcceptLoadParkedYoursFieldEvent | AcceptLoadParkedOthersFieldEvent | AcceptLoadLoadProbabilityFieldEvent | AcceptLoadIsPausedFieldEvent | AcceptLoadIsDrainingFieldEvent | AcceptLoadMsPerMegapixelFieldEvent> {
    return streamMessage(buf, Accept.codec(), opts)
  }
}

export interface Refuse {
  ref?: AttemptRef
  reason: number
  isPermanent: boolean
  message: string
  load?: FreshLoad
}

export namespace Refuse {
  let _codec: Codec<Refuse>

  export const codec = (): Codec<Refuse> => {
    if (_codec == null) {
      _codec = message<Refuse>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ref != null) {
          w.uint32(10)
          AttemptRef.codec().encode(obj.ref, w)
        }

        if ((obj.reason != null && obj.reason !== 0)) {
          w.uint32(16)
          w.uint32(obj.reason)
        }

        if ((obj.isPermanent != null && obj.isPermanent !== false)) {
          w.uint32(24)
          w.bool(obj.isPermanent)
        }

        if ((obj.message != null && obj.message !== '')) {
          w.uint32(34)
          w.string(obj.message)
        }

        if (obj.load != null) {
          w.uint32(42)
          FreshLoad.codec().encode(obj.load, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          reason: 0,
          isPermanent: false,
          message: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.ref = AttemptRef.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ref
              })
              break
            }
            case 2: {
              obj.reason = reader.uint32()
              break
            }
            case 3: {
              obj.isPermanent = reader.bool()
              break
            }
            case 4: {
              obj.message = reader.string()
              break
            }
            case 5: {
              obj.load = FreshLoad.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.load
              })
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
              yield * AttemptRef.codec().stream(reader, reader.uint32(), `${prefix}.ref`, {
                limits: opts.limits?.ref
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.reason`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.isPermanent`,
                value: reader.bool()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.message`,
                value: reader.string()
              }
              break
            }
            case 5: {
              yield * FreshLoad.codec().stream(reader, reader.uint32(), `${prefix}.load`, {
                limits: opts.limits?.load
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

  export interface RefuseRefJobFieldEvent {
    field: '$.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RefuseRefTaskFieldEvent {
    field: '$.ref.task'
    value: number
  }

  export interface RefuseRefAttemptFieldEvent {
    field: '$.ref.attempt'
    value: number
  }

  export interface RefuseReasonFieldEvent {
    field: '$.reason'
    value: number
  }

  export interface RefuseIsPermanentFieldEvent {
    field: '$.isPermanent'
    value: boolean
  }

  export interface RefuseMessageFieldEvent {
    field: '$.message'
    value: string
  }

  export interface RefuseLoadSlotsFieldEvent {
    field: '$.load.slots'
    value: number
  }

  export interface RefuseLoadRunningYoursFieldEvent {
    field: '$.load.runningYours'
    value: number
  }

  export interface RefuseLoadRunningOthersFieldEvent {
    field: '$.load.runningOthers'
    value: number
  }

  export interface RefuseLoadParkedYoursFieldEvent {
    field: '$.load.parkedYours'
    value: number
  }

  export interface RefuseLoadParkedOthersFieldEvent {
    field: '$.load.parkedOthers'
    value: number
  }

  export interface RefuseLoadLoadProbabilityFieldEvent {
    field: '$.load.loadProbability'
    value: number
  }

  export interface RefuseLoadIsPausedFieldEvent {
    field: '$.load.isPaused'
    value: boolean
  }

  export interface RefuseLoadIsDrainingFieldEvent {
    field: '$.load.isDraining'
    value: boolean
  }

  export interface RefuseLoadMsPerMegapixelFieldEvent {
    field: '$.load.msPerMegapixel'
    value: number
  }

  export function encode (obj: Partial<Refuse>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Refuse.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refuse>): Refuse {
    return decodeMessage(buf, Refuse.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refuse>): Generator<RefuseRefJobFieldEvent | RefuseRefTaskFieldEvent | RefuseRefAttemptFieldEvent | RefuseReasonFieldEvent | RefuseIsPermanentFieldEvent | RefuseMessageFieldEvent | RefuseLoadSlotsFieldEvent | RefuseLoadRunningYoursFieldEvent | RefuseLoadRunningOthersFieldEvent | RefuseLoadParkedYoursFieldEvent | RefuseLoadParkedOthersFieldEvent | RefuseLoadLoadProbabilityFieldEvent | RefuseLoadIsPausedFieldEvent | RefuseLoadIsDrainingFieldEvent | RefuseLoadMsPerMegapixelFieldEvent> {
    return streamMessage(buf, Refuse.codec(), opts)
  }
}

export interface ExecutorStages {
  queueMs: number
  delayMs: number
  decodeMs: number
  processMs: number
  encodeMs: number
}

export namespace ExecutorStages {
  let _codec: Codec<ExecutorStages>

  export const codec = (): Codec<ExecutorStages> => {
    if (_codec == null) {
      _codec = message<ExecutorStages>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.queueMs != null && obj.queueMs !== 0)) {
          w.uint32(9)
          w.double(obj.queueMs)
        }

        if ((obj.delayMs != null && obj.delayMs !== 0)) {
          w.uint32(17)
          w.double(obj.delayMs)
        }

        if ((obj.decodeMs != null && obj.decodeMs !== 0)) {
          w.uint32(25)
          w.double(obj.decodeMs)
        }

        if ((obj.processMs != null && obj.processMs !== 0)) {
          w.uint32(33)
          w.double(obj.processMs)
        }

        if ((obj.encodeMs != null && obj.encodeMs !== 0)) {
          w.uint32(41)
          w.double(obj.encodeMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          queueMs: 0,
          delayMs: 0,
          decodeMs: 0,
          processMs: 0,
          encodeMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.queueMs = reader.double()
              break
            }
            case 2: {
              obj.delayMs = reader.double()
              break
            }
            case 3: {
              obj.decodeMs = reader.double()
              break
            }
            case 4: {
              obj.processMs = reader.double()
              break
            }
            case 5: {
              obj.encodeMs = reader.double()
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
                field: `${prefix}.queueMs`,
                value: reader.double()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.delayMs`,
                value: reader.double()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.decodeMs`,
                value: reader.double()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.processMs`,
                value: reader.double()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.encodeMs`,
                value: reader.double()
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

  export interface ExecutorStagesQueueMsFieldEvent {
    field: '$.queueMs'
    value: number
  }

  export interface ExecutorStagesDelayMsFieldEvent {
    field: '$.delayMs'
    value: number
  }

  export interface ExecutorStagesDecodeMsFieldEvent {
    field: '$.decodeMs'
    value: number
  }

  export interface ExecutorStagesProcessMsFieldEvent {
    field: '$.processMs'
    value: number
  }

  export interface ExecutorStagesEncodeMsFieldEvent {
    field: '$.encodeMs'
    value: number
  }

  export function encode (obj: Partial<ExecutorStages>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ExecutorStages.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ExecutorStages>): ExecutorStages {
    return decodeMessage(buf, ExecutorStages.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ExecutorStages>): Generator<ExecutorStagesQueueMsFieldEvent | ExecutorStagesDelayMsFieldEvent | ExecutorStagesDecodeMsFieldEvent | ExecutorStagesProcessMsFieldEvent | ExecutorStagesEncodeMsFieldEvent> {
    return streamMessage(buf, ExecutorStages.codec(), opts)
  }
}

export interface Result {
  ref?: AttemptRef
  stages?: ExecutorStages
  widthPx: number
  heightPx: number
  pixelDigest?: Uint8Array<ArrayBuffer>
  digest?: Uint8Array<ArrayBuffer>
  sizeBytes: number
  body?: Uint8Array<ArrayBuffer>
  load?: FreshLoad
}

export namespace Result {
  let _codec: Codec<Result>

  export const codec = (): Codec<Result> => {
    if (_codec == null) {
      _codec = message<Result>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ref != null) {
          w.uint32(10)
          AttemptRef.codec().encode(obj.ref, w)
        }

        if (obj.stages != null) {
          w.uint32(18)
          ExecutorStages.codec().encode(obj.stages, w)
        }

        if ((obj.widthPx != null && obj.widthPx !== 0)) {
          w.uint32(24)
          w.uint32(obj.widthPx)
        }

        if ((obj.heightPx != null && obj.heightPx !== 0)) {
          w.uint32(32)
          w.uint32(obj.heightPx)
        }

        if (obj.pixelDigest != null) {
          w.uint32(42)
          w.bytes(obj.pixelDigest)
        }

        if (obj.digest != null) {
          w.uint32(50)
          w.bytes(obj.digest)
        }

        if ((obj.sizeBytes != null && obj.sizeBytes !== 0)) {
          w.uint32(56)
          w.uint32(obj.sizeBytes)
        }

        if (obj.body != null) {
          w.uint32(66)
          w.bytes(obj.body)
        }

        if (obj.load != null) {
          w.uint32(74)
          FreshLoad.codec().encode(obj.load, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          widthPx: 0,
          heightPx: 0,
          sizeBytes: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.ref = AttemptRef.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ref
              })
              break
            }
            case 2: {
              obj.stages = ExecutorStages.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.stages
              })
              break
            }
            case 3: {
              obj.widthPx = reader.uint32()
              break
            }
            case 4: {
              obj.heightPx = reader.uint32()
              break
            }
            case 5: {
              obj.pixelDigest = reader.bytes()
              break
            }
            case 6: {
              obj.digest = reader.bytes()
              break
            }
            case 7: {
              obj.sizeBytes = reader.uint32()
              break
            }
            case 8: {
              obj.body = reader.bytes()
              break
            }
            case 9: {
              obj.load = FreshLoad.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.load
              })
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
              yield * AttemptRef.codec().stream(reader, reader.uint32(), `${prefix}.ref`, {
                limits: opts.limits?.ref
              })

              break
            }
            case 2: {
              yield * ExecutorStages.codec().stream(reader, reader.uint32(), `${prefix}.stages`, {
                limits: opts.limits?.stages
              })

              break
            }
            case 3: {
              yield {
                field: `${prefix}.widthPx`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.heightPx`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.pixelDigest`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.digest`,
                value: reader.bytes()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.sizeBytes`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.body`,
                value: reader.bytes()
              }
              break
            }
            case 9: {
              yield * FreshLoad.codec().stream(reader, reader.uint32(), `${prefix}.load`, {
                limits: opts.limits?.load
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

  export interface ResultRefJobFieldEvent {
    field: '$.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultRefTaskFieldEvent {
    field: '$.ref.task'
    value: number
  }

  export interface ResultRefAttemptFieldEvent {
    field: '$.ref.attempt'
    value: number
  }

  export interface ResultStagesQueueMsFieldEvent {
    field: '$.stages.queueMs'
    value: number
  }

  export interface ResultStagesDelayMsFieldEvent {
    field: '$.stages.delayMs'
    value: number
  }

  export interface ResultStagesDecodeMsFieldEvent {
    field: '$.stages.decodeMs'
    value: number
  }

  export interface ResultStagesProcessMsFieldEvent {
    field: '$.stages.processMs'
    value: number
  }

  export interface ResultStagesEncodeMsFieldEvent {
    field: '$.stages.encodeMs'
    value: number
  }

  export interface ResultWidthPxFieldEvent {
    field: '$.widthPx'
    value: number
  }

  export interface ResultHeightPxFieldEvent {
    field: '$.heightPx'
    value: number
  }

  export interface ResultPixelDigestFieldEvent {
    field: '$.pixelDigest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultSizeBytesFieldEvent {
    field: '$.sizeBytes'
    value: number
  }

  export interface ResultBodyFieldEvent {
    field: '$.body'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultLoadSlotsFieldEvent {
    field: '$.load.slots'
    value: number
  }

  export interface ResultLoadRunningYoursFieldEvent {
    field: '$.load.runningYours'
    value: number
  }

  export interface ResultLoadRunningOthersFieldEvent {
    field: '$.load.runningOthers'
    value: number
  }

  export interface ResultLoadParkedYoursFieldEvent {
    field: '$.load.parkedYours'
    value: number
  }

  export interface ResultLoadParkedOthersFieldEvent {
    field: '$.load.parkedOthers'
    value: number
  }

  export interface ResultLoadLoadProbabilityFieldEvent {
    field: '$.load.loadProbability'
    value: number
  }

  export interface ResultLoadIsPausedFieldEvent {
    field: '$.load.isPaused'
    value: boolean
  }

  export interface ResultLoadIsDrainingFieldEvent {
    field: '$.load.isDraining'
    value: boolean
  }

  export interface ResultLoadMsPerMegapixelFieldEvent {
    field: '$.load.msPerMegapixel'
    value: number
  }

  export function encode (obj: Partial<Result>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Result.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Result>): Result {
    return decodeMessage(buf, Result.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Result>): Generator<ResultRefJobFieldEvent | ResultRefTaskFieldEvent | ResultRefAttemptFieldEvent | ResultStagesQueueMsFieldEvent | ResultStagesDelayMsFieldEvent | ResultStagesDecodeMsFieldEvent | ResultStagesProcessMsFieldEvent | ResultStagesEncodeMsFieldEvent | ResultWidthPxFieldEvent | ResultHeightPxFieldEvent | ResultPixelDigestFieldEvent | ResultDigestFieldEvent | ResultSizeBytesFieldEvent | ResultBodyFieldEvent | ResultLoadSlotsFieldEvent | ResultLoadRunningYoursFieldEvent | ResultLoadRunningOthersFieldEvent | ResultLoadParkedYoursFieldEvent | ResultLoadParkedOthersFieldEvent | ResultLoadLoadProbabilityFieldEvent | ResultLoadIsPausedFieldEvent | ResultLoadIsDrainingFieldEvent | ResultLoadMsPerMegapixelFieldEvent> {
    return streamMessage(buf, Result.codec(), opts)
  }
}

export interface Failed {
  ref?: AttemptRef
  code: string
  message: string
  load?: FreshLoad
}

export namespace Failed {
  let _codec: Codec<Failed>

  export const codec = (): Codec<Failed> => {
    if (_codec == null) {
      _codec = message<Failed>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ref != null) {
          w.uint32(10)
          AttemptRef.codec().encode(obj.ref, w)
        }

        if ((obj.code != null && obj.code !== '')) {
          w.uint32(18)
          w.string(obj.code)
        }

        if ((obj.message != null && obj.message !== '')) {
          w.uint32(26)
          w.string(obj.message)
        }

        if (obj.load != null) {
          w.uint32(34)
          FreshLoad.codec().encode(obj.load, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          code: '',
          message: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.ref = AttemptRef.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ref
              })
              break
            }
            case 2: {
              obj.code = reader.string()
              break
            }
            case 3: {
              obj.message = reader.string()
              break
            }
            case 4: {
              obj.load = FreshLoad.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.load
              })
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
              yield * AttemptRef.codec().stream(reader, reader.uint32(), `${prefix}.ref`, {
                limits: opts.limits?.ref
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.code`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.message`,
                value: reader.string()
              }
              break
            }
            case 4: {
              yield * FreshLoad.codec().stream(reader, reader.uint32(), `${prefix}.load`, {
                limits: opts.limits?.load
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

  export interface FailedRefJobFieldEvent {
    field: '$.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface FailedRefTaskFieldEvent {
    field: '$.ref.task'
    value: number
  }

  export interface FailedRefAttemptFieldEvent {
    field: '$.ref.attempt'
    value: number
  }

  export interface FailedCodeFieldEvent {
    field: '$.code'
    value: string
  }

  export interface FailedMessageFieldEvent {
    field: '$.message'
    value: string
  }

  export interface FailedLoadSlotsFieldEvent {
    field: '$.load.slots'
    value: number
  }

  export interface FailedLoadRunningYoursFieldEvent {
    field: '$.load.runningYours'
    value: number
  }

  export interface FailedLoadRunningOthersFieldEvent {
    field: '$.load.runningOthers'
    value: number
  }

  export interface FailedLoadParkedYoursFieldEvent {
    field: '$.load.parkedYours'
    value: number
  }

  export interface FailedLoadParkedOthersFieldEvent {
    field: '$.load.parkedOthers'
    value: number
  }

  export interface FailedLoadLoadProbabilityFieldEvent {
    field: '$.load.loadProbability'
    value: number
  }

  export interface FailedLoadIsPausedFieldEvent {
    field: '$.load.isPaused'
    value: boolean
  }

  export interface FailedLoadIsDrainingFieldEvent {
    field: '$.load.isDraining'
    value: boolean
  }

  export interface FailedLoadMsPerMegapixelFieldEvent {
    field: '$.load.msPerMegapixel'
    value: number
  }

  export function encode (obj: Partial<Failed>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Failed.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Failed>): Failed {
    return decodeMessage(buf, Failed.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Failed>): Generator<FailedRefJobFieldEvent | FailedRefTaskFieldEvent | FailedRefAttemptFieldEvent | FailedCodeFieldEvent | FailedMessageFieldEvent | FailedLoadSlotsFieldEvent | FailedLoadRunningYoursFieldEvent | FailedLoadRunningOthersFieldEvent | FailedLoadParkedYoursFieldEvent | FailedLoadParkedOthersFieldEvent | FailedLoadLoadProbabilityFieldEvent | FailedLoadIsPausedFieldEvent | FailedLoadIsDrainingFieldEvent | FailedLoadMsPerMegapixelFieldEvent> {
    return streamMessage(buf, Failed.codec(), opts)
  }
}

export interface Beat {
  held: AttemptRef[]
  load?: FreshLoad
}

export namespace Beat {
  let _codec: Codec<Beat>

  export const codec = (): Codec<Beat> => {
    if (_codec == null) {
      _codec = message<Beat>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.held != null && obj.held.length > 0) {
          for (const value of obj.held) {
            w.uint32(10)
            AttemptRef.codec().encode(value, w)
          }
        }

        if (obj.load != null) {
          w.uint32(18)
          FreshLoad.codec().encode(obj.load, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          held: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.held != null && obj.held.length === opts.limits.held) {
                throw new MaxLengthError('Decode error - repeated field "held" had too many elements')
              }

              obj.held.push(AttemptRef.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.held$
              }))
              break
            }
            case 2: {
              obj.load = FreshLoad.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.load
              })
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
        const obj = {
          held: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.held != null && obj.held === opts.limits.held) {
                throw new MaxLengthError('Streaming decode error - repeated field "held" had too many elements')
              }

              for (const evt of AttemptRef.codec().stream(reader, reader.uint32(), `${prefix}.held[]`, {
                limits: opts.limits?.held$
              })) {
                yield {
                  ...evt,
                  index: obj.held
                }
              }

              obj.held++

              break
            }
            case 2: {
              yield * FreshLoad.codec().stream(reader, reader.uint32(), `${prefix}.load`, {
                limits: opts.limits?.load
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

  export interface BeatHeldJobFieldEvent {
    field: '$.held[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BeatHeldTaskFieldEvent {
    field: '$.held[].task'
    value: number
    index: number
  }

  export interface BeatHeldAttemptFieldEvent {
    field: '$.held[].attempt'
    value: number
    index: number
  }

  export interface BeatLoadSlotsFieldEvent {
    field: '$.load.slots'
    value: number
  }

  export interface BeatLoadRunningYoursFieldEvent {
    field: '$.load.runningYours'
    value: number
  }

  export interface BeatLoadRunningOthersFieldEvent {
    field: '$.load.runningOthers'
    value: number
  }

  export interface BeatLoadParkedYoursFieldEvent {
    field: '$.load.parkedYours'
    value: number
  }

  export interface BeatLoadParkedOthersFieldEvent {
    field: '$.load.parkedOthers'
    value: number
  }

  export interface BeatLoadLoadProbabilityFieldEvent {
    field: '$.load.loadProbability'
    value: number
  }

  export interface BeatLoadIsPausedFieldEvent {
    field: '$.load.isPaused'
    value: boolean
  }

  export interface BeatLoadIsDrainingFieldEvent {
    field: '$.load.isDraining'
    value: boolean
  }

  export interface BeatLoadMsPerMegapixelFieldEvent {
    field: '$.load.msPerMegapixel'
    value: number
  }

  export function encode (obj: Partial<Beat>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Beat.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Beat>): Beat {
    return decodeMessage(buf, Beat.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Beat>): Generator<BeatHeldJobFieldEvent | BeatHeldTaskFieldEvent | BeatHeldAttemptFieldEvent | BeatLoadSlotsFieldEvent | BeatLoadRunningYoursFieldEvent | BeatLoadRunningOthersFieldEvent | BeatLoadParkedYoursFieldEvent | BeatLoadParkedOthersFieldEvent | BeatLoadLoadProbabilityFieldEvent | BeatLoadIsPausedFieldEvent | BeatLoadIsDrainingFieldEvent | BeatLoadMsPerMegapixelFieldEvent> {
    return streamMessage(buf, Beat.codec(), opts)
  }
}

export interface TaskFrame {
  offer?: Offer
  chunk?: Chunk
  cancel?: Cancel
  credit?: Credit
  accept?: Accept
  refuse?: Refuse
  result?: Result
  failed?: Failed
  beat?: Beat
}

export namespace TaskFrame {
  let _codec: Codec<TaskFrame>

  export const codec = (): Codec<TaskFrame> => {
    if (_codec == null) {
      _codec = message<TaskFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.beat != null) {
          obj.failed = undefined
          obj.result = undefined
          obj.refuse = undefined
          obj.accept = undefined
          obj.credit = undefined
          obj.cancel = undefined
          obj.chunk = undefined
          obj.offer = undefined
        }

        if (obj.failed != null) {
          obj.beat = undefined
          obj.result = undefined
          obj.refuse = undefined
          obj.accept = undefined
          obj.credit = undefined
          obj.cancel = undefined
          obj.chunk = undefined
          obj.offer = undefined
        }

        if (obj.result != null) {
          obj.beat = undefined
          obj.failed = undefined
          obj.refuse = undefined
          obj.accept = undefined
          obj.credit = undefined
          obj.cancel = undefined
          obj.chunk = undefined
          obj.offer = undefined
        }

        if (obj.refuse != null) {
          obj.beat = undefined
          obj.failed = undefined
          obj.result = undefined
          obj.accept = undefined
          obj.credit = undefined
          obj.cancel = undefined
          obj.chunk = undefined
          obj.offer = undefined
        }

        if (obj.accept != null) {
          obj.beat = undefined
          obj.failed = undefined
          obj.result = undefined
          obj.refuse = undefined
          obj.credit = undefined
          obj.cancel = undefined
          obj.chunk = undefined
          obj.offer = undefined
        }

        if (obj.credit != null) {
          obj.beat = undefined
          obj.failed = undefined
          obj.result = undefined
          obj.refuse = undefined
          obj.accept = undefined
          obj.cancel = undefined
          obj.chunk = undefined
          obj.offer = undefined
        }

        if (obj.cancel != null) {
          obj.beat = undefined
          obj.failed = undefined
          obj.result = undefined
          obj.refuse = undefined
          obj.accept = undefined
          obj.credit = undefined
          obj.chunk = undefined
          obj.offer = undefined
        }

        if (obj.chunk != null) {
          obj.beat = undefined
          obj.failed = undefined
          obj.result = undefined
          obj.refuse = undefined
          obj.accept = undefined
          obj.credit = undefined
          obj.cancel = undefined
          obj.offer = undefined
        }

        if (obj.offer != null) {
          obj.beat = undefined
          obj.failed = undefined
          obj.result = undefined
          obj.refuse = undefined
          obj.accept = undefined
          obj.credit = undefined
          obj.cancel = undefined
          obj.chunk = undefined
        }

        if (obj.offer != null) {
          w.uint32(10)
          Offer.codec().encode(obj.offer, w)
        }

        if (obj.chunk != null) {
          w.uint32(18)
          Chunk.codec().encode(obj.chunk, w)
        }

        if (obj.cancel != null) {
          w.uint32(26)
          Cancel.codec().encode(obj.cancel, w)
        }

        if (obj.credit != null) {
          w.uint32(34)
          Credit.codec().encode(obj.credit, w)
        }

        if (obj.accept != null) {
          w.uint32(42)
          Accept.codec().encode(obj.accept, w)
        }

        if (obj.refuse != null) {
          w.uint32(50)
          Refuse.codec().encode(obj.refuse, w)
        }

        if (obj.result != null) {
          w.uint32(58)
          Result.codec().encode(obj.result, w)
        }

        if (obj.failed != null) {
          w.uint32(66)
          Failed.codec().encode(obj.failed, w)
        }

        if (obj.beat != null) {
          w.uint32(74)
          Beat.codec().encode(obj.beat, w)
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
              obj.offer = Offer.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.offer
              })
              break
            }
            case 2: {
              obj.chunk = Chunk.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.chunk
              })
              break
            }
            case 3: {
              obj.cancel = Cancel.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.cancel
              })
              break
            }
            case 4: {
              obj.credit = Credit.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.credit
              })
              break
            }
            case 5: {
              obj.accept = Accept.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.accept
              })
              break
            }
            case 6: {
              obj.refuse = Refuse.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.refuse
              })
              break
            }
            case 7: {
              obj.result = Result.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.result
              })
              break
            }
            case 8: {
              obj.failed = Failed.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.failed
              })
              break
            }
            case 9: {
              obj.beat = Beat.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.beat
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.beat != null) {
          delete obj.failed
          delete obj.result
          delete obj.refuse
          delete obj.accept
          delete obj.credit
          delete obj.cancel
          delete obj.chunk
          delete obj.offer
        }

        if (obj.failed != null) {
          delete obj.beat
          delete obj.result
          delete obj.refuse
          delete obj.accept
          delete obj.credit
          delete obj.cancel
          delete obj.chunk
          delete obj.offer
        }

        if (obj.result != null) {
          delete obj.beat
          delete obj.failed
          delete obj.refuse
          delete obj.accept
          delete obj.credit
          delete obj.cancel
          delete obj.chunk
          delete obj.offer
        }

        if (obj.refuse != null) {
          delete obj.beat
          delete obj.failed
          delete obj.result
          delete obj.accept
          delete obj.credit
          delete obj.cancel
          delete obj.chunk
          delete obj.offer
        }

        if (obj.accept != null) {
          delete obj.beat
          delete obj.failed
          delete obj.result
          delete obj.refuse
          delete obj.credit
          delete obj.cancel
          delete obj.chunk
          delete obj.offer
        }

        if (obj.credit != null) {
          delete obj.beat
          delete obj.failed
          delete obj.result
          delete obj.refuse
          delete obj.accept
          delete obj.cancel
          delete obj.chunk
          delete obj.offer
        }

        if (obj.cancel != null) {
          delete obj.beat
          delete obj.failed
          delete obj.result
          delete obj.refuse
          delete obj.accept
          delete obj.credit
          delete obj.chunk
          delete obj.offer
        }

        if (obj.chunk != null) {
          delete obj.beat
          delete obj.failed
          delete obj.result
          delete obj.refuse
          delete obj.accept
          delete obj.credit
          delete obj.cancel
          delete obj.offer
        }

        if (obj.offer != null) {
          delete obj.beat
          delete obj.failed
          delete obj.result
          delete obj.refuse
          delete obj.accept
          delete obj.credit
          delete obj.cancel
          delete obj.chunk
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Offer.codec().stream(reader, reader.uint32(), `${prefix}.offer`, {
                limits: opts.limits?.offer
              })

              break
            }
            case 2: {
              yield * Chunk.codec().stream(reader, reader.uint32(), `${prefix}.chunk`, {
                limits: opts.limits?.chunk
              })

              break
            }
            case 3: {
              yield * Cancel.codec().stream(reader, reader.uint32(), `${prefix}.cancel`, {
                limits: opts.limits?.cancel
              })

              break
            }
            case 4: {
              yield * Credit.codec().stream(reader, reader.uint32(), `${prefix}.credit`, {
                limits: opts.limits?.credit
              })

              break
            }
            case 5: {
              yield * Accept.codec().stream(reader, reader.uint32(), `${prefix}.accept`, {
                limits: opts.limits?.accept
              })

              break
            }
            case 6: {
              yield * Refuse.codec().stream(reader, reader.uint32(), `${prefix}.refuse`, {
                limits: opts.limits?.refuse
              })

              break
            }
            case 7: {
              yield * Result.codec().stream(reader, reader.uint32(), `${prefix}.result`, {
                limits: opts.limits?.result
              })

              break
            }
            case 8: {
              yield * Failed.codec().stream(reader, reader.uint32(), `${prefix}.failed`, {
                limits: opts.limits?.failed
              })

              break
            }
            case 9: {
              yield * Beat.codec().stream(reader, reader.uint32(), `${prefix}.beat`, {
                limits: opts.limits?.beat
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

  export interface TaskFrameOfferRefJobFieldEvent {
    field: '$.offer.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameOfferRefTaskFieldEvent {
    field: '$.offer.ref.task'
    value: number
  }

  export interface TaskFrameOfferRefAttemptFieldEvent {
    field: '$.offer.ref.attempt'
    value: number
  }

  export interface TaskFrameOfferModeFieldEvent {
    field: '$.offer.mode'
    value: number
  }

  export interface TaskFrameOfferStrategyFieldEvent {
    field: '$.offer.strategy'
    value: string
  }

  export interface TaskFrameOfferPipelineFieldEvent {
    field: '$.offer.pipeline'
    value: string
  }

  export interface TaskFrameOfferSeedFieldEvent {
    field: '$.offer.seed'
    value: bigint
  }

  export interface TaskFrameOfferSizeBytesFieldEvent {
    field: '$.offer.sizeBytes'
    value: number
  }

  export interface TaskFrameOfferWidthPxFieldEvent {
    field: '$.offer.widthPx'
    value: number
  }

  export interface TaskFrameOfferHeightPxFieldEvent {
    field: '$.offer.heightPx'
    value: number
  }

  export interface TaskFrameOfferDigestFieldEvent {
    field: '$.offer.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameOfferPixelVersionFieldEvent {
    field: '$.offer.pixelVersion'
    value: string
  }

  export interface TaskFrameOfferFormatFieldEvent {
    field: '$.offer.format'
    value: number
  }

  export interface TaskFrameOfferQualityFieldEvent {
    field: '$.offer.quality'
    value: number
  }

  export interface TaskFrameOfferBodyFieldEvent {
    field: '$.offer.body'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameOfferTileXFieldEvent {
    field: '$.offer.tile.x'
    value: number
  }

  export interface TaskFrameOfferTileYFieldEvent {
    field: '$.offer.tile.y'
    value: number
  }

  export interface TaskFrameOfferTileFullWidthPxFieldEvent {
    field: '$.offer.tile.fullWidthPx'
    value: number
  }

  export interface TaskFrameOfferTileFullHeightPxFieldEvent {
    field: '$.offer.tile.fullHeightPx'
    value: number
  }

  export interface TaskFrameOfferTileKeepXFieldEvent {
    field: '$.offer.tile.keepX'
    value: number
  }

  export interface TaskFrameOfferTileKeepYFieldEvent {
    field: '$.offer.tile.keepY'
    value: number
  }

  export interface TaskFrameOfferTileKeepWidthPxFieldEvent {
    field: '$.offer.tile.keepWidthPx'
    value: number
  }

  export interface TaskFrameOfferTileKeepHeightPxFieldEvent {
    field: '$.offer.tile.keepHeightPx'
    value: number
  }

  export interface TaskFrameOfferTileCollectsFieldEvent {
    field: '$.offer.tile.collects'
    value: boolean
  }

  export interface TaskFrameOfferTileKnownFieldEvent {
    field: '$.offer.tile.known[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameOfferKeepMetadataFieldEvent {
    field: '$.offer.keepMetadata'
    value: boolean
  }

  export interface TaskFrameChunkRefJobFieldEvent {
    field: '$.chunk.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameChunkRefTaskFieldEvent {
    field: '$.chunk.ref.task'
    value: number
  }

  export interface TaskFrameChunkRefAttemptFieldEvent {
    field: '$.chunk.ref.attempt'
    value: number
  }

  export interface TaskFrameChunkOffsetFieldEvent {
    field: '$.chunk.offset'
    value: number
  }

  export interface TaskFrameChunkBytesFieldEvent {
    field: '$.chunk.bytes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameCancelRefJobFieldEvent {
    field: '$.cancel.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameCancelRefTaskFieldEvent {
    field: '$.cancel.ref.task'
    value: number
  }

  export interface TaskFrameCancelRefAttemptFieldEvent {
    field: '$.cancel.ref.attempt'
    value: number
  }

  export interface TaskFrameCreditTasksFieldEvent {
    field: '$.credit.tasks'
    value: number
  }

  export interface TaskFrameCreditPixelsFieldEvent {
    field: '$.credit.pixels'
    value: number
  }

  export interface TaskFrameAcceptRefJobFieldEvent {
    field: '$.accept.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameAcceptRefTaskFieldEvent {
    field: '$.accept.ref.task'
    value: number
  }

  export interface TaskFrameAcceptRefAttemptFieldEvent {
    field: '$.accept.ref.attempt'
    value: number
  }

  export interface TaskFrameAcceptDelayMsFieldEvent {
    field: '$.accept.delayMs'
    value: number
  }

  export interface TaskFrameAcceptLoadSlotsFieldEvent {
    field: '$.accept.load.slots'
    value: number
  }

  export interface TaskFrameAcceptLoadRunningYoursFieldEvent {
    field: '$.accept.load.runningYours'
    value: number
  }

  export interface TaskFrameAcceptLoadRunningOthersFieldEvent {
    field: '$.accept.load.runningOthers'
    value: number
  }

  export interface TaskFrameAcceptLoadParkedYoursFieldEvent {
    field: '$.accept.load.parkedYours'
    value: number
  }

  export interface TaskFrameAcceptLoadParkedOthersFieldEvent {
    field: '$.accept.load.parkedOthers'
    value: number
  }

  export interface TaskFrameAcceptLoadLoadProbabilityFieldEvent {
    field: '$.accept.load.loadProbability'
    value: number
  }

  export interface TaskFrameAcceptLoadIsPausedFieldEvent {
    field: '$.accept.load.isPaused'
    value: boolean
  }

  export interface TaskFrameAcceptLoadIsDrainingFieldEvent {
    field: '$.accept.load.isDraining'
    value: boolean
  }

  export interface TaskFrameAcceptLoadMsPerMegapixelFieldEvent {
    field: '$.accept.load.msPerMegapixel'
    value: number
  }

  export interface TaskFrameRefuseRefJobFieldEvent {
    field: '$.refuse.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameRefuseRefTaskFieldEvent {
    field: '$.refuse.ref.task'
    value: number
  }

  export interface TaskFrameRefuseRefAttemptFieldEvent {
    field: '$.refuse.ref.attempt'
    value: number
  }

  export interface TaskFrameRefuseReasonFieldEvent {
    field: '$.refuse.reason'
    value: number
  }

  export interface TaskFrameRefuseIsPermanentFieldEvent {
    field: '$.refuse.isPermanent'
    value: boolean
  }

  export interface TaskFrameRefuseMessageFieldEvent {
    field: '$.refuse.message'
    value: string
  }

  export interface TaskFrameRefuseLoadSlotsFieldEvent {
    field: '$.refuse.load.slots'
    value: number
  }

  export interface TaskFrameRefuseLoadRunningYoursFieldEvent {
    field: '$.refuse.load.runningYours'
    value: number
  }

  export interface TaskFrameRefuseLoadRunningOthersFieldEvent {
    field: '$.refuse.load.runningOthers'
    value: number
  }

  export interface TaskFrameRefuseLoadParkedYoursFieldEvent {
    field: '$.refuse.load.parkedYours'
    value: number
  }

  export interface TaskFrameRefuseLoadParkedOthersFieldEvent {
    field: '$.refuse.load.parkedOthers'
    value: number
  }

  export interface TaskFrameRefuseLoadLoadProbabilityFieldEvent {
    field: '$.refuse.load.loadProbability'
    value: number
  }

  export interface TaskFrameRefuseLoadIsPausedFieldEvent {
    field: '$.refuse.load.isPaused'
    value: boolean
  }

  export interface TaskFrameRefuseLoadIsDrainingFieldEvent {
    field: '$.refuse.load.isDraining'
    value: boolean
  }

  export interface TaskFrameRefuseLoadMsPerMegapixelFieldEvent {
    field: '$.refuse.load.msPerMegapixel'
    value: number
  }

  export interface TaskFrameResultRefJobFieldEvent {
    field: '$.result.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameResultRefTaskFieldEvent {
    field: '$.result.ref.task'
    value: number
  }

  export interface TaskFrameResultRefAttemptFieldEvent {
    field: '$.result.ref.attempt'
    value: number
  }

  export interface TaskFrameResultStagesQueueMsFieldEvent {
    field: '$.result.stages.queueMs'
    value: number
  }

  export interface TaskFrameResultStagesDelayMsFieldEvent {
    field: '$.result.stages.delayMs'
    value: number
  }

  export interface TaskFrameResultStagesDecodeMsFieldEvent {
    field: '$.result.stages.decodeMs'
    value: number
  }

  export interface TaskFrameResultStagesProcessMsFieldEvent {
    field: '$.result.stages.processMs'
    value: number
  }

  export interface TaskFrameResultStagesEncodeMsFieldEvent {
    field: '$.result.stages.encodeMs'
    value: number
  }

  export interface TaskFrameResultWidthPxFieldEvent {
    field: '$.result.widthPx'
    value: number
  }

  export interface TaskFrameResultHeightPxFieldEvent {
    field: '$.result.heightPx'
    value: number
  }

  export interface TaskFrameResultPixelDigestFieldEvent {
    field: '$.result.pixelDigest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameResultDigestFieldEvent {
    field: '$.result.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameResultSizeBytesFieldEvent {
    field: '$.result.sizeBytes'
    value: number
  }

  export interface TaskFrameResultBodyFieldEvent {
    field: '$.result.body'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameResultLoadSlotsFieldEvent {
    field: '$.result.load.slots'
    value: number
  }

  export interface TaskFrameResultLoadRunningYoursFieldEvent {
    field: '$.result.load.runningYours'
    value: number
  }

  export interface TaskFrameResultLoadRunningOthersFieldEvent {
    field: '$.result.load.runningOthers'
    value: number
  }

  export interface TaskFrameResultLoadParkedYoursFieldEvent {
    field: '$.result.load.parkedYours'
    value: number
  }

  export interface TaskFrameResultLoadParkedOthersFieldEvent {
    field: '$.result.load.parkedOthers'
    value: number
  }

  export interface TaskFrameResultLoadLoadProbabilityFieldEvent {
    field: '$.result.load.loadProbability'
    value: number
  }

  export interface TaskFrameResultLoadIsPausedFieldEvent {
    field: '$.result.load.isPaused'
    value: boolean
  }

  export interface TaskFrameResultLoadIsDrainingFieldEvent {
    field: '$.result.load.isDraining'
    value: boolean
  }

  export interface TaskFrameResultLoadMsPerMegapixelFieldEvent {
    field: '$.result.load.msPerMegapixel'
    value: number
  }

  export interface TaskFrameFailedRefJobFieldEvent {
    field: '$.failed.ref.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskFrameFailedRefTaskFieldEvent {
    field: '$.failed.ref.task'
    value: number
  }

  export interface TaskFrameFailedRefAttemptFieldEvent {
    field: '$.failed.ref.attempt'
    value: number
  }

  export interface TaskFrameFailedCodeFieldEvent {
    field: '$.failed.code'
    value: string
  }

  export interface TaskFrameFailedMessageFieldEvent {
    field: '$.failed.message'
    value: string
  }

  export interface TaskFrameFailedLoadSlotsFieldEvent {
    field: '$.failed.load.slots'
    value: number
  }

  export interface TaskFrameFailedLoadRunningYoursFieldEvent {
    field: '$.failed.load.runningYours'
    value: number
  }

  export interface TaskFrameFailedLoadRunningOthersFieldEvent {
    field: '$.failed.load.runningOthers'
    value: number
  }

  export interface TaskFrameFailedLoadParkedYoursFieldEvent {
    field: '$.failed.load.parkedYours'
    value: number
  }

  export interface TaskFrameFailedLoadParkedOthersFieldEvent {
    field: '$.failed.load.parkedOthers'
    value: number
  }

  export interface TaskFrameFailedLoadLoadProbabilityFieldEvent {
    field: '$.failed.load.loadProbability'
    value: number
  }

  export interface TaskFrameFailedLoadIsPausedFieldEvent {
    field: '$.failed.load.isPaused'
    value: boolean
  }

  export interface TaskFrameFailedLoadIsDrainingFieldEvent {
    field: '$.failed.load.isDraining'
    value: boolean
  }

  export interface TaskFrameFailedLoadMsPerMegapixelFieldEvent {
    field: '$.failed.load.msPerMegapixel'
    value: number
  }

  export interface TaskFrameBeatHeldJobFieldEvent {
    field: '$.beat.held[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface TaskFrameBeatHeldTaskFieldEvent {
    field: '$.beat.held[].task'
    value: number
    index: number
  }

  export interface TaskFrameBeatHeldAttemptFieldEvent {
    field: '$.beat.held[].attempt'
    value: number
    index: number
  }

  export interface TaskFrameBeatLoadSlotsFieldEvent {
    field: '$.beat.load.slots'
    value: number
  }

  export interface TaskFrameBeatLoadRunningYoursFieldEvent {
    field: '$.beat.load.runningYours'
    value: number
  }

  export interface TaskFrameBeatLoadRunningOthersFieldEvent {
    field: '$.beat.load.runningOthers'
    value: number
  }

  export interface TaskFrameBeatLoadParkedYoursFieldEvent {
    field: '$.beat.load.parkedYours'
    value: number
  }

  export interface TaskFrameBeatLoadParkedOthersFieldEvent {
    field: '$.beat.load.parkedOthers'
    value: number
  }

  export interface TaskFrameBeatLoadLoadProbabilityFieldEvent {
    field: '$.beat.load.loadProbability'
    value: number
  }

  export interface TaskFrameBeatLoadIsPausedFieldEvent {
    field: '$.beat.load.isPaused'
    value: boolean
  }

  export interface TaskFrameBeatLoadIsDrainingFieldEvent {
    field: '$.beat.load.isDraining'
    value: boolean
  }

  export interface TaskFrameBeatLoadMsPerMegapixelFieldEvent {
    field: '$.beat.load.msPerMegapixel'
    value: number
  }

  export function encode (obj: Partial<TaskFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskFrame>): TaskFrame {
    return decodeMessage(buf, TaskFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskFrame>): Generator<TaskFrameOfferRefJobFieldEvent | TaskFrameOfferRefTaskFieldEvent | TaskFrameOfferRefAttemptFieldEvent | TaskFrameOfferModeFieldEvent | TaskFrameOfferStrategyFieldEvent | TaskFrameOfferPipelineFieldEvent | TaskFrameOfferSeedFieldEvent | TaskFrameOfferSizeBytesFieldEvent | TaskFrameOfferWidthPxFieldEvent | TaskFrameOfferHeightPxFieldEvent | TaskFrameOfferDigestFieldEvent | TaskFrameOfferPixelVersionFieldEvent | TaskFrameOfferFormatFieldEvent | TaskFrameOfferQualityFieldEvent | TaskFrameOfferBodyFieldEvent | TaskFrameOfferTileXFieldEvent | TaskFrameOfferTileYFieldEvent | TaskFrameOfferTileFullWidthPxFieldEvent | TaskFrameOfferTileFullHeightPxFieldEvent | TaskFrameOfferTileKeepXFieldEvent | TaskFrameOfferTileKeepYFieldEvent | TaskFrameOfferTileKeepWidthPxFieldEvent | TaskFrameOfferTileKeepHeightPxFieldEvent | TaskFrameOfferTileCollectsFieldEvent | TaskFrameOfferTileKnownFieldEvent | TaskFrameOfferKeepMetadataFieldEvent | TaskFrameChunkRefJobFieldEvent | TaskFrameChunkRefTaskFieldEvent | TaskFrameChunkRefAttemptFieldEvent | TaskFrameChunkOffsetFieldEvent | TaskFrameChunkBytesFieldEvent | TaskFrameCancelRefJobFieldEvent | TaskFrameCancelRefTaskFieldEvent | TaskFrameCancelRefAttemptFieldEvent | TaskFrameCreditTasksFieldEvent | TaskFrameCreditPixelsFieldEvent | TaskFrameAcceptRefJobFieldEvent | TaskFrameAcceptRefTaskFieldEvent | TaskFrameAcceptRefAttemptFieldEvent | TaskFrameAcceptDelayMsFieldEvent | TaskFrameAcceptLoadSlotsFieldEvent | TaskFrameAcceptLoadRunningYoursFieldEvent | TaskFrameAcceptLoadRunningOthersFieldEvent | TaskFrameAcceptLoadParkedYoursFieldEvent | TaskFrameAcceptLoadParkedOthersFieldEvent | TaskFrameAcceptLoadLoadProbabilityFieldEvent | TaskFrameAcceptLoadIsPausedFieldEvent | TaskFrameAcceptLoadIsDrainingFieldEvent | TaskFrameAcceptLoadMsPerMegapixelFieldEvent | TaskFrameRefuseRefJobFieldEvent | TaskFrameRefuseRefTaskFieldEvent | TaskFrameRefuseRefAttemptFieldEvent | TaskFrameRefuseReasonFieldEvent | TaskFrameRefuseIsPermanentFieldEvent | TaskFrameRefuseMessageFieldEvent | TaskFrameRefuseLoadSlotsFieldEvent | TaskFrameRefuseLoadRunningYoursFieldEvent | TaskFrameRefuseLoadRunningOthersFieldEvent | TaskFrameRefuseLoadParkedYoursFieldEvent | TaskFrameRefuseLoadParkedOthersFieldEvent | TaskFrameRefuseLoadLoadProbabilityFieldEvent | TaskFrameRefuseLoadIsPausedFieldEvent | TaskFrameRefuseLoadIsDrainingFieldEvent | TaskFrameRefuseLoadMsPerMegapixelFieldEvent | TaskFrameResultRefJobFieldEvent | TaskFrameResultRefTaskFieldEvent | TaskFrameResultRefAttemptFieldEvent | TaskFrameResultStagesQueueMsFieldEvent | TaskFrameResultStagesDelayMsFieldEvent | TaskFrameResultStagesDecodeMsFieldEvent | TaskFrameResultStagesProcessMsFieldEvent | TaskFrameResultStagesEncodeMsFieldEvent | TaskFrameResultWidthPxFieldEvent | TaskFrameResultHeightPxFieldEvent | TaskFrameResultPixelDigestFieldEvent | TaskFrameResultDigestFieldEvent | TaskFrameResultSizeBytesFieldEvent | TaskFrameResultBodyFieldEvent | TaskFrameResultLoadSlotsFieldEvent | TaskFrameResultLoadRunningYoursFieldEvent | TaskFrameResultLoadRunningOthersFieldEvent | TaskFrameResultLoadParkedYoursFieldEvent | TaskFrameResultLoadParkedOthersFieldEvent | TaskFrameResultLoadLoadProbabilityFieldEvent | TaskFrameResultLoadIsPausedFieldEvent | TaskFrameResultLoadIsDrainingFieldEvent | TaskFrameResultLoadMsPerMegapixelFieldEvent | TaskFrameFailedRefJobFieldEvent | TaskFrameFailedRefTaskFieldEvent | TaskFrameFailedRefAttemptFieldEvent | TaskFrameFailedCodeFieldEvent | TaskFrameFailedMessageFieldEvent | TaskFrameFailedLoadSlotsFieldEvent | TaskFrameFailedLoadRunningYoursFieldEvent | TaskFrameFailedLoadRunningOthersFieldEvent | TaskFrameFailedLoadParkedYoursFieldEvent | TaskFrameFailedLoadParkedOthersFieldEvent | TaskFrameFailedLoadLoadProbabilityFieldEvent | TaskFrameFailedLoadIsPausedFieldEvent | TaskFrameFailedLoadIsDrainingFieldEvent | TaskFrameFailedLoadMsPerMegapixelFieldEvent | TaskFrameBeatHeldJobFieldEvent | TaskFrameBeatHeldTaskFieldEvent | TaskFrameBeatHeldAttemptFieldEvent | TaskFrameBeatLoadSlotsFieldEvent | TaskFrameBeatLoadRunningYoursFieldEvent | TaskFrameBeatLoadRunningOthersFieldEvent | TaskFrameBeatLoadParkedYoursFieldEvent | TaskFrameBeatLoadParkedOthersFieldEvent | TaskFrameBeatLoadLoadProbabilityFieldEvent | TaskFrameBeatLoadIsPausedFieldEvent | TaskFrameBeatLoadIsDrainingFieldEvent | TaskFrameBeatLoadMsPerMegapixelFieldEvent> {
    return streamMessage(buf, TaskFrame.codec(), opts)
  }
}
