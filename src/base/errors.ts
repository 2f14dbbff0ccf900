/**
 * Every error a person or a peer can meet: one table of codes, one class. `exitCode` is what the CLI ends with when the
 * error ends a command; `retryable` says whether the same task may succeed on another attempt; `help` is the next step.
 */

interface ErrorFacts {
  readonly retryable: boolean
  readonly exitCode: 0 | 1 | 2 | 3 | 130
  readonly help: string
}

export const ERROR_CODES = {
  // what a person typed
  ERR_USAGE: { retryable: false, exitCode: 2, help: 'See --help of the command.' },
  ERR_PIPELINE: { retryable: false, exitCode: 2, help: '`peer ops` lists the operations and their parameters.' },
  ERR_INPUT: { retryable: false, exitCode: 2, help: 'Check the paths that were given.' },
  ERR_OUTPUT: {
    retryable: false,
    exitCode: 2,
    help: 'Mend that and run the same command again, or choose another folder with --out.',
  },
  ERR_COLLISION: { retryable: false, exitCode: 2, help: 'Rename one of the two, or submit them with different --out.' },
  ERR_EXISTS: { retryable: false, exitCode: 2, help: 'Give --overwrite, or another --out.' },
  ERR_PORT_TAKEN: { retryable: false, exitCode: 2, help: 'Choose another port with --listen.' },
  ERR_KEY: { retryable: false, exitCode: 2, help: '`peer key` shows the cluster key file in use.' },
  ERR_NODE_VERSION: { retryable: false, exitCode: 2, help: 'Install Node 22.13 or newer.' },
  ERR_MODEL: { retryable: false, exitCode: 2, help: 'Give --model an ONNX file that suits dnn and its values.' },
  ERR_DATA_DIR: { retryable: false, exitCode: 2, help: 'Choose another folder with --data-dir.' },
  // the cluster
  ERR_NO_PEERS: { retryable: false, exitCode: 3, help: 'Start a peer with `peer start`, or drop --no-local.' },
  ERR_GIVE_UP: {
    retryable: false,
    exitCode: 3,
    help: 'Start another peer, lower --load where peers refuse, or raise --give-up; the same command then continues the job.',
  },
  ERR_WRONG_KEY: { retryable: false, exitCode: 3, help: 'Run `peer invite` there and `peer join` here.' },
  ERR_UNREACHABLE: { retryable: true, exitCode: 3, help: 'Check address, firewall and that the peer runs.' },
  ERR_DEADLINE: { retryable: true, exitCode: 3, help: 'The other side may be overloaded: try again.' },
  ERR_INTERRUPTED: { retryable: true, exitCode: 130, help: 'Run the same command again to continue the job.' },
  // one image
  ERR_NOT_AN_IMAGE: { retryable: false, exitCode: 1, help: 'Check the file; jpg png webp tif gif avif are read.' },
  ERR_UNSUPPORTED_IMAGE: {
    retryable: false,
    exitCode: 1,
    help: 'Convert the file or choose another output format, as the message says.',
  },
  ERR_TOO_LARGE: { retryable: false, exitCode: 1, help: 'Raise --max-pixels, or split it with --tile.' },
  ERR_OPERATION: { retryable: false, exitCode: 1, help: 'Check the pipeline on this image.' },
  ERR_WORKER_CRASHED: { retryable: true, exitCode: 1, help: 'The image may need more memory than a worker has.' },
  ERR_TASK_TIMEOUT: { retryable: true, exitCode: 1, help: 'Raise --task-timeout where peers are slow.' },
  ERR_PEER_LOST: { retryable: true, exitCode: 1, help: 'Peers that ran this image left; try again.' },
  ERR_REFUSED: { retryable: false, exitCode: 1, help: 'No peer may run this task; the reason is in the message.' },
  ERR_DIGEST: { retryable: true, exitCode: 1, help: 'Bytes changed on the way; the task is run again.' },
  ERR_DISAGREEMENT: {
    retryable: false,
    exitCode: 1,
    help: 'Run it again with a third peer there, or without --no-local.',
  },
  ERR_MODEL_FETCH: { retryable: true, exitCode: 1, help: 'The model did not reach a peer; the task is run again.' },
  ERR_READ: { retryable: false, exitCode: 1, help: 'Check that the file still exists and can be read.' },
  ERR_WRITE: { retryable: false, exitCode: 1, help: 'Check free space and permissions of the output folder.' },
  // the wire
  ERR_MALFORMED: { retryable: false, exitCode: 3, help: 'The other side sent bytes that are no message of ours.' },
  ERR_PROTOCOL: { retryable: false, exitCode: 3, help: 'The other side broke a rule of the protocol.' },
  ERR_LIMIT: { retryable: false, exitCode: 3, help: 'A bound of docs/PROTOCOL.md was exceeded.' },
  ERR_CANCELLED: { retryable: true, exitCode: 1, help: 'The task was cancelled.' },
  ERR_INTERNAL: { retryable: false, exitCode: 1, help: 'This is a bug: please report it with DEBUG=murmuration:*.' },
} as const satisfies Record<string, ErrorFacts>

export type ErrorCode = keyof typeof ERROR_CODES

/** An error that says what was expected of what, and what came. `facts` are its figures as fields; a `help` among them replaces the code's. */
export class MurmurationError extends Error {
  override readonly name = 'MurmurationError'
  readonly code: ErrorCode
  readonly facts: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, sentence: string, options: { facts?: Record<string, unknown>; cause?: unknown } = {}) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.facts = options.facts ?? {}
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable
  }

  get exitCode(): number {
    return ERROR_CODES[this.code].exitCode
  }
}

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CODES, text)

/** The error itself when it is ours, otherwise wrapped under `code` with the original as its cause. */
export function asMurmurationError(error: unknown, code: ErrorCode = 'ERR_INTERNAL'): MurmurationError {
  if (error instanceof MurmurationError) return error
  const sentence = error instanceof Error ? error.message : String(error)
  return new MurmurationError(code, sentence, { cause: error })
}
