import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export enum PeerRole {
  PEER_ROLE_UNSPECIFIED = 'PEER_ROLE_UNSPECIFIED',
  EXECUTOR = 'EXECUTOR',
  OBSERVER = 'OBSERVER'
}

enum __PeerRoleValues {
  PEER_ROLE_UNSPECIFIED = 0,
  EXECUTOR = 1,
  OBSERVER = 2
}

export namespace PeerRole {
  export const codec = (): Codec<PeerRole> => {
    return enumeration<PeerRole>(__PeerRoleValues)
  }
}

export interface TaskCounts {
  accepted: number
  refused: number
  delayed: number
  completed: number
  failed: number
}

export namespace TaskCounts {
  let _codec: Codec<TaskCounts>

  export const codec = (): Codec<TaskCounts> => {
    if (_codec == null) {
      _codec = message<TaskCounts>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.accepted != null && obj.accepted !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.accepted)
        }

        if ((obj.refused != null && obj.refused !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.refused)
        }

        if ((obj.delayed != null && obj.delayed !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.delayed)
        }

        if ((obj.completed != null && obj.completed !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.completed)
        }

        if ((obj.failed != null && obj.failed !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.failed)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          accepted: 0,
          refused: 0,
          delayed: 0,
          completed: 0,
          failed: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.accepted = reader.uint64Number()
              break
            }
            case 2: {
              obj.refused = reader.uint64Number()
              break
            }
            case 3: {
              obj.delayed = reader.uint64Number()
              break
            }
            case 4: {
              obj.completed = reader.uint64Number()
              break
            }
            case 5: {
              obj.failed = reader.uint64Number()
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
                field: `${prefix}.accepted`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.refused`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.delayed`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.completed`,
                value: reader.uint64Number()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.failed`,
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

  export interface TaskCountsAcceptedFieldEvent {
    field: '$.accepted'
    value: number
  }

  export interface TaskCountsRefusedFieldEvent {
    field: '$.refused'
    value: number
  }

  export interface TaskCountsDelayedFieldEvent {
    field: '$.delayed'
    value: number
  }

  export interface TaskCountsCompletedFieldEvent {
    field: '$.completed'
    value: number
  }

  export interface TaskCountsFailedFieldEvent {
    field: '$.failed'
    value: number
  }

  export function encode (obj: Partial<TaskCounts>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskCounts.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskCounts>): TaskCounts {
    return decodeMessage(buf, TaskCounts.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskCounts>): Generator<TaskCountsAcceptedFieldEvent | TaskCountsRefusedFieldEvent | TaskCountsDelayedFieldEvent | TaskCountsCompletedFieldEvent | TaskCountsFailedFieldEvent> {
    return streamMessage(buf, TaskCounts.codec(), opts)
  }
}

export interface StrategyTotals {
  strategy: string
  tasks: number
  totalMs: number
}

export namespace StrategyTotals {
  let _codec: Codec<StrategyTotals>

  export const codec = (): Codec<StrategyTotals> => {
    if (_codec == null) {
      _codec = message<StrategyTotals>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.strategy != null && obj.strategy !== '')) {
          w.uint32(10)
          w.string(obj.strategy)
        }

        if ((obj.tasks != null && obj.tasks !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.tasks)
        }

        if ((obj.totalMs != null && obj.totalMs !== 0)) {
          w.uint32(25)
          w.double(obj.totalMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          strategy: '',
          tasks: 0,
          totalMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.strategy = reader.string()
              break
            }
            case 2: {
              obj.tasks = reader.uint64Number()
              break
            }
            case 3: {
              obj.totalMs = reader.double()
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
                field: `${prefix}.strategy`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.tasks`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.totalMs`,
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

  export interface StrategyTotalsStrategyFieldEvent {
    field: '$.strategy'
    value: string
  }

  export interface StrategyTotalsTasksFieldEvent {
    field: '$.tasks'
    value: number
  }

  export interface StrategyTotalsTotalMsFieldEvent {
    field: '$.totalMs'
    value: number
  }

  export function encode (obj: Partial<StrategyTotals>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, StrategyTotals.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StrategyTotals>): StrategyTotals {
    return decodeMessage(buf, StrategyTotals.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StrategyTotals>): Generator<StrategyTotalsStrategyFieldEvent | StrategyTotalsTasksFieldEvent | StrategyTotalsTotalMsFieldEvent> {
    return streamMessage(buf, StrategyTotals.codec(), opts)
  }
}

export interface LoadReport {
  peer: string
  incarnation: number
  sequence: number
  name: string
  role: number
  addresses: string[]
  version: string
  pixelVersion: string
  operationsHash: string
  slots: number
  maxPixels: number
  running: number
  parked: number
  loadProbability: number
  isPaused: boolean
  isDraining: boolean
  isLeaving: boolean
  counts?: TaskCounts
  msPerMegapixel: number
  strategies: StrategyTotals[]
  nextReportWithinMs: number
  toldDirectly: number
}

export namespace LoadReport {
  let _codec: Codec<LoadReport>

  export const codec = (): Codec<LoadReport> => {
    if (_codec == null) {
      _codec = message<LoadReport>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.peer != null && obj.peer !== '')) {
          w.uint32(10)
          w.string(obj.peer)
        }

        if ((obj.incarnation != null && obj.incarnation !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.incarnation)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.sequence)
        }

        if ((obj.name != null && obj.name !== '')) {
          w.uint32(34)
          w.string(obj.name)
        }

        if ((obj.role != null && obj.role !== 0)) {
          w.uint32(40)
          w.uint32(obj.role)
        }

        if (obj.addresses != null && obj.addresses.length > 0) {
          for (const value of obj.addresses) {
            w.uint32(50)
            w.string(value)
          }
        }

        if ((obj.version != null && obj.version !== '')) {
          w.uint32(58)
          w.string(obj.version)
        }

        if ((obj.pixelVersion != null && obj.pixelVersion !== '')) {
          w.uint32(66)
          w.string(obj.pixelVersion)
        }

        if ((obj.operationsHash != null && obj.operationsHash !== '')) {
          w.uint32(74)
          w.string(obj.operationsHash)
        }

        if ((obj.slots != null && obj.slots !== 0)) {
          w.uint32(80)
          w.uint32(obj.slots)
        }

        if ((obj.maxPixels != null && obj.maxPixels !== 0)) {
          w.uint32(88)
          w.uint64Number(obj.maxPixels)
        }

        if ((obj.running != null && obj.running !== 0)) {
          w.uint32(96)
          w.uint32(obj.running)
        }

        if ((obj.parked != null && obj.parked !== 0)) {
          w.uint32(104)
          w.uint32(obj.parked)
        }

        if ((obj.loadProbability != null && obj.loadProbability !== 0)) {
          w.uint32(113)
          w.double(obj.loadProbability)
        }

        if ((obj.isPaused != null && obj.isPaused !== false)) {
          w.uint32(120)
          w.bool(obj.isPaused)
        }

        if ((obj.isDraining != null && obj.isDraining !== false)) {
          w.uint32(128)
          w.bool(obj.isDraining)
        }

        if ((obj.isLeaving != null && obj.isLeaving !== false)) {
          w.uint32(136)
          w.bool(obj.isLeaving)
        }

        if (obj.counts != null) {
          w.uint32(146)
          TaskCounts.codec().encode(obj.counts, w)
        }

        if ((obj.msPerMegapixel != null && obj.msPerMegapixel !== 0)) {
          w.uint32(153)
          w.double(obj.msPerMegapixel)
        }

        if (obj.strategies != null && obj.strategies.length > 0) {
          for (const value of obj.strategies) {
            w.uint32(162)
            StrategyTotals.codec().encode(value, w)
          }
        }

        if ((obj.nextReportWithinMs != null && obj.nextReportWithinMs !== 0)) {
          w.uint32(169)
          w.double(obj.nextReportWithinMs)
        }

        if ((obj.toldDirectly != null && obj.toldDirectly !== 0)) {
          w.uint32(176)
          w.uint32(obj.toldDirectly)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          peer: '',
          incarnation: 0,
          sequence: 0,
          name: '',
          role: 0,
          addresses: [],
          version: '',
          pixelVersion: '',
          operationsHash: '',
          slots: 0,
          maxPixels: 0,
          running: 0,
          parked: 0,
          loadProbability: 0,
          isPaused: false,
          isDraining: false,
          isLeaving: false,
          msPerMegapixel: 0,
          strategies: [],
          nextReportWithinMs: 0,
          toldDirectly: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.peer = reader.string()
              break
            }
            case 2: {
              obj.incarnation = reader.uint64Number()
              break
            }
            case 3: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 4: {
              obj.name = reader.string()
              break
            }
            case 5: {
              obj.role = reader.uint32()
              break
            }
            case 6: {
              if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements')
              }

              obj.addresses.push(reader.string())
              break
            }
            case 7: {
              obj.version = reader.string()
              break
            }
            case 8: {
              obj.pixelVersion = reader.string()
              break
            }
            case 9: {
              obj.operationsHash = reader.string()
              break
            }
            case 10: {
              obj.slots = reader.uint32()
              break
            }
            case 11: {
              obj.maxPixels = reader.uint64Number()
              break
            }
            case 12: {
              obj.running = reader.uint32()
              break
            }
            case 13: {
              obj.parked = reader.uint32()
              break
            }
            case 14: {
              obj.loadProbability = reader.double()
              break
            }
            case 15: {
              obj.isPaused = reader.bool()
              break
            }
            case 16: {
              obj.isDraining = reader.bool()
              break
            }
            case 17: {
              obj.isLeaving = reader.bool()
              break
            }
            case 18: {
              obj.counts = TaskCounts.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.counts
              })
              break
            }
            case 19: {
              obj.msPerMegapixel = reader.double()
              break
            }
            case 20: {
              if (opts.limits?.strategies != null && obj.strategies.length === opts.limits.strategies) {
                throw new MaxLengthError('Decode error - repeated field "strategies" had too many elements')
              }

              obj.strategies.push(StrategyTotals.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.strategies$
              }))
              break
            }
            case 21: {
              obj.nextReportWithinMs = reader.double()
              break
            }
            case 22: {
              obj.toldDirectly = reader.uint32()
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
          addresses: 0,
          strategies: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.peer`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.incarnation`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.name`,
                value: reader.string()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.role`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements')
              }

              yield {
                field: `${prefix}.addresses[]`,
                index: obj.addresses,
                value: reader.string()
              }

              obj.addresses++

              break
            }
            case 7: {
              yield {
                field: `${prefix}.version`,
                value: reader.string()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.pixelVersion`,
                value: reader.string()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.operationsHash`,
                value: reader.string()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.slots`,
                value: reader.uint32()
              }
              break
            }
            case 11: {
              yield {
                field: `${prefix}.maxPixels`,
                value: reader.uint64Number()
              }
              break
            }
            case 12: {
              yield {
                field: `${prefix}.running`,
                value: reader.uint32()
              }
              break
            }
            case 13: {
              yield {
                field: `${prefix}.parked`,
                value: reader.uint32()
              }
              break
            }
            case 14: {
              yield {
                field: `${prefix}.loadProbability`,
                value: reader.double()
              }
              break
            }
            case 15: {
              yield {
                field: `${prefix}.isPaused`,
                value: reader.bool()
              }
              break
            }
            case 16: {
              yield {
                field: `${prefix}.isDraining`,
                value: reader.bool()
              }
              break
            }
            case 17: {
              yield {
                field: `${prefix}.isLeaving`,
                value: reader.bool()
              }
              break
            }
            case 18: {
              yield * TaskCounts.codec().stream(reader, reader.uint32(), `${prefix}.counts`, {
                limits: opts.limits?.counts
              })

              break
            }
            case 19: {
              yield {
                field: `${prefix}.msPerMegapixel`,
                value: reader.double()
              }
              break
            }
            case 20: {
              if (opts.limits?.strategies != null && obj.strategies === opts.limits.strategies) {
                throw new MaxLengthError('Streaming decode error - repeated field "strategies" had too many elements')
              }

              for (const evt of StrategyTotals.codec().stream(reader, reader.uint32(), `${prefix}.strategies[]`, {
                limits: opts.limits?.strategies$
              })) {
                yield {
                  ...evt,
                  index: obj.strategies
                }
              }

              obj.strategies++

              break
            }
            case 21: {
              yield {
                field: `${prefix}.nextReportWithinMs`,
                value: reader.double()
              }
              break
            }
            case 22: {
              yield {
                field: `${prefix}.toldDirectly`,
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

  export interface LoadReportPeerFieldEvent {
    field: '$.peer'
    value: string
  }

  export interface LoadReportIncarnationFieldEvent {
    field: '$.incarnation'
    value: number
  }

  export interface LoadReportSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface LoadReportNameFieldEvent {
    field: '$.name'
    value: string
  }

  export interface LoadReportRoleFieldEvent {
    field: '$.role'
    value: number
  }

  export interface LoadReportAddressesFieldEvent {
    field: '$.addresses[]'
    index: number
    value: string
  }

  export interface LoadReportVersionFieldEvent {
    field: '$.version'
    value: string
  }

  export interface LoadReportPixelVersionFieldEvent {
    field: '$.pixelVersion'
    value: string
  }

  export interface LoadReportOperationsHashFieldEvent {
    field: '$.operationsHash'
    value: string
  }

  export interface LoadReportSlotsFieldEvent {
    field: '$.slots'
    value: number
  }

  export interface LoadReportMaxPixelsFieldEvent {
    field: '$.maxPixels'
    value: number
  }

  export interface LoadReportRunningFieldEvent {
    field: '$.running'
    value: number
  }

  export interface LoadReportParkedFieldEvent {
    field: '$.parked'
    value: number
  }

  export interface LoadReportLoadProbabilityFieldEvent {
    field: '$.loadProbability'
    value: number
  }

  export interface LoadReportIsPausedFieldEvent {
    field: '$.isPaused'
    value: boolean
  }

  export interface LoadReportIsDrainingFieldEvent {
    field: '$.isDraining'
    value: boolean
  }

  export interface LoadReportIsLeavingFieldEvent {
    field: '$.isLeaving'
    value: boolean
  }

  export interface LoadReportCountsAcceptedFieldEvent {
    field: '$.counts.accepted'
    value: number
  }

  export interface LoadReportCountsRefusedFieldEvent {
    field: '$.counts.refused'
    value: number
  }

  export interface LoadReportCountsDelayedFieldEvent {
    field: '$.counts.delayed'
    value: number
  }

  export interface LoadReportCountsCompletedFieldEvent {
    field: '$.counts.completed'
    value: number
  }

  export interface LoadReportCountsFailedFieldEvent {
    field: '$.counts.failed'
    value: number
  }

  export interface LoadReportMsPerMegapixelFieldEvent {
    field: '$.msPerMegapixel'
    value: number
  }

  export interface LoadReportStrategiesStrategyFieldEvent {
    field: '$.strategies[].strategy'
    value: string
    index: number
  }

  export interface LoadReportStrategiesTasksFieldEvent {
    field: '$.strategies[].tasks'
    value: number
    index: number
  }

  export interface LoadReportStrategiesTotalMsFieldEvent {
    field: '$.strategies[].totalMs'
    value: number
    index: number
  }

  export interface LoadReportNextReportWithinMsFieldEvent {
    field: '$.nextReportWithinMs'
    value: number
  }

  export interface LoadReportToldDirectlyFieldEvent {
    field: '$.toldDirectly'
    value: number
  }

  export function encode (obj: Partial<LoadReport>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LoadReport.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LoadReport>): LoadReport {
    return decodeMessage(buf, LoadReport.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LoadReport>): Generator<LoadReportPeerFieldEvent | LoadReportIncarnationFieldEvent | LoadReportSequenceFieldEvent | LoadReportNameFieldEvent | LoadReportRoleFieldEvent | LoadReportAddressesFieldEvent | LoadReportVersionFieldEvent | LoadReportPixelVersionFieldEvent | LoadReportOperationsHashFieldEvent | LoadReportSlotsFieldEvent | LoadReportMaxPixelsFieldEvent | LoadReportRunningFieldEvent | LoadReportParkedFieldEvent | LoadReportLoadProbabilityFieldEvent | LoadReportIsPausedFieldEvent | LoadReportIsDrainingFieldEvent | LoadReportIsLeavingFieldEvent | LoadReportCountsAcceptedFieldEvent | LoadReportCountsRefusedFieldEvent | LoadReportCountsDelayedFieldEvent | LoadReportCountsCompletedFieldEvent | LoadReportCountsFailedFieldEvent | LoadReportMsPerMegapixelFieldEvent | LoadReportStrategiesStrategyFieldEvent | LoadReportStrategiesTasksFieldEvent | LoadReportStrategiesTotalMsFieldEvent | LoadReportNextReportWithinMsFieldEvent | LoadReportToldDirectlyFieldEvent> {
    return streamMessage(buf, LoadReport.codec(), opts)
  }
}

export interface HeardReport {
  report?: LoadReport
  ageMs: number
}

export namespace HeardReport {
  let _codec: Codec<HeardReport>

  export const codec = (): Codec<HeardReport> => {
    if (_codec == null) {
      _codec = message<HeardReport>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.report != null) {
          w.uint32(10)
          LoadReport.codec().encode(obj.report, w)
        }

        if ((obj.ageMs != null && obj.ageMs !== 0)) {
          w.uint32(17)
          w.double(obj.ageMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          ageMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.report = LoadReport.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.report
              })
              break
            }
            case 2: {
              obj.ageMs = reader.double()
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
              yield * LoadReport.codec().stream(reader, reader.uint32(), `${prefix}.report`, {
                limits: opts.limits?.report
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.ageMs`,
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

  export interface HeardReportReportPeerFieldEvent {
    field: '$.report.peer'
    value: string
  }

  export interface HeardReportReportIncarnationFieldEvent {
    field: '$.report.incarnation'
    value: number
  }

  export interface HeardReportReportSequenceFieldEvent {
    field: '$.report.sequence'
    value: number
  }

  export interface HeardReportReportNameFieldEvent {
    field: '$.report.name'
    value: string
  }

  export interface HeardReportReportRoleFieldEvent {
    field: '$.report.role'
    value: number
  }

  export interface HeardReportReportAddressesFieldEvent {
    field: '$.report.addresses[]'
    index: number
    value: string
  }

  export interface HeardReportReportVersionFieldEvent {
    field: '$.report.version'
    value: string
  }

  export interface HeardReportReportPixelVersionFieldEvent {
    field: '$.report.pixelVersion'
    value: string
  }

  export interface HeardReportReportOperationsHashFieldEvent {
    field: '$.report.operationsHash'
    value: string
  }

  export interface HeardReportReportSlotsFieldEvent {
    field: '$.report.slots'
    value: number
  }

  export interface HeardReportReportMaxPixelsFieldEvent {
    field: '$.report.maxPixels'
    value: number
  }

  export interface HeardReportReportRunningFieldEvent {
    field: '$.report.running'
    value: number
  }

  export interface HeardReportReportParkedFieldEvent {
    field: '$.report.parked'
    value: number
  }

  export interface HeardReportReportLoadProbabilityFieldEvent {
    field: '$.report.loadProbability'
    value: number
  }

  export interface HeardReportReportIsPausedFieldEvent {
    field: '$.report.isPaused'
    value: boolean
  }

  export interface HeardReportReportIsDrainingFieldEvent {
    field: '$.report.isDraining'
    value: boolean
  }

  export interface HeardReportReportIsLeavingFieldEvent {
    field: '$.report.isLeaving'
    value: boolean
  }

  export interface HeardReportReportCountsAcceptedFieldEvent {
    field: '$.report.counts.accepted'
    value: number
  }

  export interface HeardReportReportCountsRefusedFieldEvent {
    field: '$.report.counts.refused'
    value: number
  }

  export interface HeardReportReportCountsDelayedFieldEvent {
    field: '$.report.counts.delayed'
    value: number
  }

  export interface HeardReportReportCountsCompletedFieldEvent {
    field: '$.report.counts.completed'
    value: number
  }

  export interface HeardReportReportCountsFailedFieldEvent {
    field: '$.report.counts.failed'
    value: number
  }

  export interface HeardReportReportMsPerMegapixelFieldEvent {
    field: '$.report.msPerMegapixel'
    value: number
  }

  export interface HeardReportReportStrategiesStrategyFieldEvent {
    field: '$.report.strategies[].strategy'
    value: string
    index: number
  }

  export interface HeardReportReportStrategiesTasksFieldEvent {
    field: '$.report.strategies[].tasks'
    value: number
    index: number
  }

  export interface HeardReportReportStrategiesTotalMsFieldEvent {
    field: '$.report.strategies[].totalMs'
    value: number
    index: number
  }

  export interface HeardReportReportNextReportWithinMsFieldEvent {
    field: '$.report.nextReportWithinMs'
    value: number
  }

  export interface HeardReportReportToldDirectlyFieldEvent {
    field: '$.report.toldDirectly'
    value: number
  }

  export interface HeardReportAgeMsFieldEvent {
    field: '$.ageMs'
    value: number
  }

  export function encode (obj: Partial<HeardReport>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, HeardReport.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HeardReport>): HeardReport {
    return decodeMessage(buf, HeardReport.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HeardReport>): Generator<HeardReportReportPeerFieldEvent | HeardReportReportIncarnationFieldEvent | HeardReportReportSequenceFieldEvent | HeardReportReportNameFieldEvent | HeardReportReportRoleFieldEvent | HeardReportReportAddressesFieldEvent | HeardReportReportVersionFieldEvent | HeardReportReportPixelVersionFieldEvent | HeardReportReportOperationsHashFieldEvent | HeardReportReportSlotsFieldEvent | HeardReportReportMaxPixelsFieldEvent | HeardReportReportRunningFieldEvent | HeardReportReportParkedFieldEvent | HeardReportReportLoadProbabilityFieldEvent | HeardReportReportIsPausedFieldEvent | HeardReportReportIsDrainingFieldEvent | HeardReportReportIsLeavingFieldEvent | HeardReportReportCountsAcceptedFieldEvent | HeardReportReportCountsRefusedFieldEvent | HeardReportReportCountsDelayedFieldEvent | HeardReportReportCountsCompletedFieldEvent | HeardReportReportCountsFailedFieldEvent | HeardReportReportMsPerMegapixelFieldEvent | HeardReportReportStrategiesStrategyFieldEvent | HeardReportReportStrategiesTasksFieldEvent | HeardReportReportStrategiesTotalMsFieldEvent | HeardReportReportNextReportWithinMsFieldEvent | HeardReportReportToldDirectlyFieldEvent | HeardReportAgeMsFieldEvent> {
    return streamMessage(buf, HeardReport.codec(), opts)
  }
}

export interface Hello {
  own?: LoadReport
  heard: HeardReport[]
}

export namespace Hello {
  let _codec: Codec<Hello>

  export const codec = (): Codec<Hello> => {
    if (_codec == null) {
      _codec = message<Hello>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.own != null) {
          w.uint32(10)
          LoadReport.codec().encode(obj.own, w)
        }

        if (obj.heard != null && obj.heard.length > 0) {
          for (const value of obj.heard) {
            w.uint32(18)
            HeardReport.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          heard: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.own = LoadReport.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.own
              })
              break
            }
            case 2: {
              if (opts.limits?.heard != null && obj.heard.length === opts.limits.heard) {
                throw new MaxLengthError('Decode error - repeated field "heard" had too many elements')
              }

              obj.heard.push(HeardReport.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.heard$
              }))
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
          heard: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * LoadReport.codec().stream(reader, reader.uint32(), `${prefix}.own`, {
                limits: opts.limits?.own
              })

              break
            }
            case 2: {
              if (opts.limits?.heard != null && obj.heard === opts.limits.heard) {
                throw new MaxLengthError('Streaming decode error - repeated field "heard" had too many elements')
              }

              for (const evt of HeardReport.codec().stream(reader, reader.uint32(), `${prefix}.heard[]`, {
                limits: opts.limits?.heard$
              })) {
                yield {
                  ...evt,
                  index: obj.heard
                }
              }

              obj.heard++

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

  export interface HelloOwnPeerFieldEvent {
    field: '$.own.peer'
    value: string
  }

  export interface HelloOwnIncarnationFieldEvent {
    field: '$.own.incarnation'
    value: number
  }

  export interface HelloOwnSequenceFieldEvent {
    field: '$.own.sequence'
    value: number
  }

  export interface HelloOwnNameFieldEvent {
    field: '$.own.name'
    value: string
  }

  export interface HelloOwnRoleFieldEvent {
    field: '$.own.role'
    value: number
  }

  export interface HelloOwnAddressesFieldEvent {
    field: '$.own.addresses[]'
    index: number
    value: string
  }

  export interface HelloOwnVersionFieldEvent {
    field: '$.own.version'
    value: string
  }

  export interface HelloOwnPixelVersionFieldEvent {
    field: '$.own.pixelVersion'
    value: string
  }

  export interface HelloOwnOperationsHashFieldEvent {
    field: '$.own.operationsHash'
    value: string
  }

  export interface HelloOwnSlotsFieldEvent {
    field: '$.own.slots'
    value: number
  }

  export interface HelloOwnMaxPixelsFieldEvent {
    field: '$.own.maxPixels'
    value: number
  }

  export interface HelloOwnRunningFieldEvent {
    field: '$.own.running'
    value: number
  }

  export interface HelloOwnParkedFieldEvent {
    field: '$.own.parked'
    value: number
  }

  export interface HelloOwnLoadProbabilityFieldEvent {
    field: '$.own.loadProbability'
    value: number
  }

  export interface HelloOwnIsPausedFieldEvent {
    field: '$.own.isPaused'
    value: boolean
  }

  export interface HelloOwnIsDrainingFieldEvent {
    field: '$.own.isDraining'
    value: boolean
  }

  export interface HelloOwnIsLeavingFieldEvent {
    field: '$.own.isLeaving'
    value: boolean
  }

  export interface HelloOwnCountsAcceptedFieldEvent {
    field: '$.own.counts.accepted'
    value: number
  }

  export interface HelloOwnCountsRefusedFieldEvent {
    field: '$.own.counts.refused'
    value: number
  }

  export interface HelloOwnCountsDelayedFieldEvent {
    field: '$.own.counts.delayed'
    value: number
  }

  export interface HelloOwnCountsCompletedFieldEvent {
    field: '$.own.counts.completed'
    value: number
  }

  export interface HelloOwnCountsFailedFieldEvent {
    field: '$.own.counts.failed'
    value: number
  }

  export interface HelloOwnMsPerMegapixelFieldEvent {
    field: '$.own.msPerMegapixel'
    value: number
  }

  export interface HelloOwnStrategiesStrategyFieldEvent {
    field: '$.own.strategies[].strategy'
    value: string
    index: number
  }

  export interface HelloOwnStrategiesTasksFieldEvent {
    field: '$.own.strategies[].tasks'
    value: number
    index: number
  }

  export interface HelloOwnStrategiesTotalMsFieldEvent {
    field: '$.own.strategies[].totalMs'
    value: number
    index: number
  }

  export interface HelloOwnNextReportWithinMsFieldEvent {
    field: '$.own.nextReportWithinMs'
    value: number
  }

  export interface HelloOwnToldDirectlyFieldEvent {
    field: '$.own.toldDirectly'
    value: number
  }

  export interface HelloHeardReportPeerFieldEvent {
    field: '$.heard[].report.peer'
    value: string
    index: number
  }

  export interface HelloHeardReportIncarnationFieldEvent {
    field: '$.heard[].report.incarnation'
    value: number
    index: number
  }

  export interface HelloHeardReportSequenceFieldEvent {
    field: '$.heard[].report.sequence'
    value: number
    index: number
  }

  export interface HelloHeardReportNameFieldEvent {
    field: '$.heard[].report.name'
    value: string
    index: number
  }

  export interface HelloHeardReportRoleFieldEvent {
    field: '$.heard[].report.role'
    value: number
    index: number
  }

  export interface HelloHeardReportAddressesFieldEvent {
    field: '$.heard[].report.addresses[]'
    index: number
    value: string
  }

  export interface HelloHeardReportVersionFieldEvent {
    field: '$.heard[].report.version'
    value: string
    index: number
  }

  export interface HelloHeardReportPixelVersionFieldEvent {
    field: '$.heard[].report.pixelVersion'
    value: string
    index: number
  }

  export interface HelloHeardReportOperationsHashFieldEvent {
    field: '$.heard[].report.operationsHash'
    value: string
    index: number
  }

  export interface HelloHeardReportSlotsFieldEvent {
    field: '$.heard[].report.slots'
    value: number
    index: number
  }

  export interface HelloHeardReportMaxPixelsFieldEvent {
    field: '$.heard[].report.maxPixels'
    value: number
    index: number
  }

  export interface HelloHeardReportRunningFieldEvent {
    field: '$.heard[].report.running'
    value: number
    index: number
  }

  export interface HelloHeardReportParkedFieldEvent {
    field: '$.heard[].report.parked'
    value: number
    index: number
  }

  export interface HelloHeardReportLoadProbabilityFieldEvent {
    field: '$.heard[].report.loadProbability'
    value: number
    index: number
  }

  export interface HelloHeardReportIsPausedFieldEvent {
    field: '$.heard[].report.isPaused'
    value: boolean
    index: number
  }

  export interface HelloHeardReportIsDrainingFieldEvent {
    field: '$.heard[].report.isDraining'
    value: boolean
    index: number
  }

  export interface HelloHeardReportIsLeavingFieldEvent {
    field: '$.heard[].report.isLeaving'
    value: boolean
    index: number
  }

  export interface HelloHeardReportCountsAcceptedFieldEvent {
    field: '$.heard[].report.counts.accepted'
    value: number
    index: number
  }

  export interface HelloHeardReportCountsRefusedFieldEvent {
    field: '$.heard[].report.counts.refused'
    value: number
    index: number
  }

  export interface HelloHeardReportCountsDelayedFieldEvent {
    field: '$.heard[].report.counts.delayed'
    value: number
    index: number
  }

  export interface HelloHeardReportCountsCompletedFieldEvent {
    field: '$.heard[].report.counts.completed'
    value: number
    index: number
  }

  export interface HelloHeardReportCountsFailedFieldEvent {
    field: '$.heard[].report.counts.failed'
    value: number
    index: number
  }

  export interface HelloHeardReportMsPerMegapixelFieldEvent {
    field: '$.heard[].report.msPerMegapixel'
    value: number
    index: number
  }

  export interface HelloHeardReportStrategiesStrategyFieldEvent {
    field: '$.heard[].report.strategies[].strategy'
    value: string
    index: number
  }

  export interface HelloHeardReportStrategiesTasksFieldEvent {
    field: '$.heard[].report.strategies[].tasks'
    value: number
    index: number
  }

  export interface HelloHeardReportStrategiesTotalMsFieldEvent {
    field: '$.heard[].report.strategies[].totalMs'
    value: number
    index: number
  }

  export interface HelloHeardReportNextReportWithinMsFieldEvent {
    field: '$.heard[].report.nextReportWithinMs'
    value: number
    index: number
  }

  export interface HelloHeardReportToldDirectlyFieldEvent {
    field: '$.heard[].report.toldDirectly'
    value: number
    index: number
  }

  export interface HelloHeardAgeMsFieldEvent {
    field: '$.heard[].ageMs'
    value: number
    index: number
  }

  export function encode (obj: Partial<Hello>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Hello.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hello>): Hello {
    return decodeMessage(buf, Hello.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hello>): Generator<HelloOwnPeerFieldEvent | HelloOwnIncarnationFieldEvent | HelloOwnSequenceFieldEvent | HelloOwnNameFieldEvent | HelloOwnRoleFieldEvent | HelloOwnAddressesFieldEvent | HelloOwnVersionFieldEvent | HelloOwnPixelVersionFieldEvent | HelloOwnOperationsHashFieldEvent | HelloOwnSlotsFieldEvent | HelloOwnMaxPixelsFieldEvent | HelloOwnRunningFieldEvent | HelloOwnParkedFieldEvent | HelloOwnLoadProbabilityFieldEvent | HelloOwnIsPausedFieldEvent | HelloOwnIsDrainingFieldEvent | HelloOwnIsLeavingFieldEvent | HelloOwnCountsAcceptedFieldEvent | HelloOwnCountsRefusedFieldEvent | HelloOwnCountsDelayedFieldEvent | HelloOwnCountsCompletedFieldEvent | HelloOwnCountsFailedFieldEvent | HelloOwnMsPerMegapixelFieldEvent | HelloOwnStrategiesStrategyFieldEvent | HelloOwnStrategiesTasksFieldEvent | HelloOwnStrategiesTotalMsFieldEvent | HelloOwnNextReportWithinMsFieldEvent | HelloOwnToldDirectlyFieldEvent | HelloHeardReportPeerFieldEvent | HelloHeardReportIncarnationFieldEvent | HelloHeardReportSequenceFieldEvent | HelloHeardReportNameFieldEvent | HelloHeardReportRoleFieldEvent | HelloHeardReportAddressesFieldEvent | HelloHeardReportVersionFieldEvent | HelloHeardReportPixelVersionFieldEvent | HelloHeardReportOperationsHashFieldEvent | HelloHeardReportSlotsFieldEvent | HelloHeardReportMaxPixelsFieldEvent | HelloHeardReportRunningFieldEvent | HelloHeardReportParkedFieldEvent | HelloHeardReportLoadProbabilityFieldEvent | HelloHeardReportIsPausedFieldEvent | HelloHeardReportIsDrainingFieldEvent | HelloHeardReportIsLeavingFieldEvent | HelloHeardReportCountsAcceptedFieldEvent | HelloHeardReportCountsRefusedFieldEvent | HelloHeardReportCountsDelayedFieldEvent | HelloHeardReportCountsCompletedFieldEvent | HelloHeardReportCountsFailedFieldEvent | HelloHeardReportMsPerMegapixelFieldEvent | HelloHeardReportStrategiesStrategyFieldEvent | HelloHeardReportStrategiesTasksFieldEvent | HelloHeardReportStrategiesTotalMsFieldEvent | HelloHeardReportNextReportWithinMsFieldEvent | HelloHeardReportToldDirectlyFieldEvent | HelloHeardAgeMsFieldEvent> {
    return streamMessage(buf, Hello.codec(), opts)
  }
}
