import { decodeMessage, encodeMessage, enumeration, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export enum JobState {
  JOB_STATE_UNSPECIFIED = 'JOB_STATE_UNSPECIFIED',
  RUNNING = 'RUNNING',
  DONE = 'DONE',
  STOPPED = 'STOPPED'
}

enum __JobStateValues {
  JOB_STATE_UNSPECIFIED = 0,
  RUNNING = 1,
  DONE = 2,
  STOPPED = 3
}

export namespace JobState {
  export const codec = (): Codec<JobState> => {
    return enumeration<JobState>(__JobStateValues)
  }
}

export interface JobProgress {
  job?: Uint8Array<ArrayBuffer>
  coordinator: string
  coordinatorName: string
  sequence: number
  pipeline: string
  strategy: string
  state: number
  total: number
  done: number
  failed: number
  elapsedMs: number
  alreadyDone: number
}

export namespace JobProgress {
  let _codec: Codec<JobProgress>

  export const codec = (): Codec<JobProgress> => {
    if (_codec == null) {
      _codec = message<JobProgress>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.job != null) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.coordinator != null && obj.coordinator !== '')) {
          w.uint32(18)
          w.string(obj.coordinator)
        }

        if ((obj.coordinatorName != null && obj.coordinatorName !== '')) {
          w.uint32(26)
          w.string(obj.coordinatorName)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.sequence)
        }

        if ((obj.pipeline != null && obj.pipeline !== '')) {
          w.uint32(42)
          w.string(obj.pipeline)
        }

        if ((obj.strategy != null && obj.strategy !== '')) {
          w.uint32(50)
          w.string(obj.strategy)
        }

        if ((obj.state != null && obj.state !== 0)) {
          w.uint32(56)
          w.uint32(obj.state)
        }

        if ((obj.total != null && obj.total !== 0)) {
          w.uint32(64)
          w.uint32(obj.total)
        }

        if ((obj.done != null && obj.done !== 0)) {
          w.uint32(72)
          w.uint32(obj.done)
        }

        if ((obj.failed != null && obj.failed !== 0)) {
          w.uint32(80)
          w.uint32(obj.failed)
        }

        if ((obj.elapsedMs != null && obj.elapsedMs !== 0)) {
          w.uint32(89)
          w.double(obj.elapsedMs)
        }

        if ((obj.alreadyDone != null && obj.alreadyDone !== 0)) {
          w.uint32(96)
          w.uint32(obj.alreadyDone)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          coordinator: '',
          coordinatorName: '',
          sequence: 0,
          pipeline: '',
          strategy: '',
          state: 0,
          total: 0,
          done: 0,
          failed: 0,
          elapsedMs: 0,
          alreadyDone: 0
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
              obj.coordinator = reader.string()
              break
            }
            case 3: {
              obj.coordinatorName = reader.string()
              break
            }
            case 4: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 5: {
              obj.pipeline = reader.string()
              break
            }
            case 6: {
              obj.strategy = reader.string()
              break
            }
            case 7: {
              obj.state = reader.uint32()
              break
            }
            case 8: {
              obj.total = reader.uint32()
              break
            }
            case 9: {
              obj.done = reader.uint32()
              break
            }
            case 10: {
              obj.failed = reader.uint32()
              break
            }
            case 11: {
              obj.elapsedMs = reader.double()
              break
            }
            case 12: {
              obj.alreadyDone = reader.uint32()
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
                field: `${prefix}.coordinator`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.coordinatorName`,
                value: reader.string()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.pipeline`,
                value: reader.string()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.strategy`,
                value: reader.string()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.state`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.total`,
                value: reader.uint32()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.done`,
                value: reader.uint32()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.failed`,
                value: reader.uint32()
              }
              break
            }
            case 11: {
              yield {
                field: `${prefix}.elapsedMs`,
                value: reader.double()
              }
              break
            }
            case 12: {
              yield {
                field: `${prefix}.alreadyDone`,
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

  export interface JobProgressJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobProgressCoordinatorFieldEvent {
    field: '$.coordinator'
    value: string
  }

  export interface JobProgressCoordinatorNameFieldEvent {
    field: '$.coordinatorName'
    value: string
  }

  export interface JobProgressSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface JobProgressPipelineFieldEvent {
    field: '$.pipeline'
    value: string
  }

  export interface JobProgressStrategyFieldEvent {
    field: '$.strategy'
    value: string
  }

  export interface JobProgressStateFieldEvent {
    field: '$.state'
    value: number
  }

  export interface JobProgressTotalFieldEvent {
    field: '$.total'
    value: number
  }

  export interface JobProgressDoneFieldEvent {
    field: '$.done'
    value: number
  }

  export interface JobProgressFailedFieldEvent {
    field: '$.failed'
    value: number
  }

  export interface JobProgressElapsedMsFieldEvent {
    field: '$.elapsedMs'
    value: number
  }

  export interface JobProgressAlreadyDoneFieldEvent {
    field: '$.alreadyDone'
    value: number
  }

  export function encode (obj: Partial<JobProgress>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, JobProgress.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobProgress>): JobProgress {
    return decodeMessage(buf, JobProgress.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobProgress>): Generator<JobProgressJobFieldEvent | JobProgressCoordinatorFieldEvent | JobProgressCoordinatorNameFieldEvent | JobProgressSequenceFieldEvent | JobProgressPipelineFieldEvent | JobProgressStrategyFieldEvent | JobProgressStateFieldEvent | JobProgressTotalFieldEvent | JobProgressDoneFieldEvent | JobProgressFailedFieldEvent | JobProgressElapsedMsFieldEvent | JobProgressAlreadyDoneFieldEvent> {
    return streamMessage(buf, JobProgress.codec(), opts)
  }
}
