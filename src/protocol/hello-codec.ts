/**
 * The hello as bytes and back. The sender's own report has to keep every rule. A report it only heard is a hint for
 * dialling: one that breaks a rule (a newer version may allow more) is left out and the rest stands.
 */

import { MurmurationError } from '../base/errors.ts'
import { MAX_HELLO_BYTES, MAX_HELLO_REPORTS } from '../base/limits.ts'
import * as check from './check.ts'
import { decodeMessage } from './decode-message.ts'
import * as wire from './generated/hello.ts'
import { LOAD_REPORT_LIMITS, loadReportFromWire, loadReportToWire } from './load-report-codec.ts'
import type { HeardReport, Hello } from './messages.ts'

const SUBJECT = 'a hello'

/**
 * Heard reports that do not fit (MAX_HELLO_REPORTS, MAX_HELLO_BYTES) are left out from the end: they come by gossip.
 * @throws MurmurationError ERR_PROTOCOL, ERR_LIMIT
 */
export function encodeHello(hello: Hello): Uint8Array {
  const own = loadReportToWire(hello.own)
  const heard = hello.heard.slice(0, MAX_HELLO_REPORTS).map(heardToWire)
  let bytes = wire.Hello.encode({ own, heard })
  while (bytes.byteLength > MAX_HELLO_BYTES) {
    heard.length = Math.floor(heard.length / 2)
    bytes = wire.Hello.encode({ own, heard })
  }
  return bytes
}

/** @throws MurmurationError ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT */
export function decodeHello(bytes: Uint8Array): Hello {
  const { own, heard } = decodeMessage(SUBJECT, bytes, MAX_HELLO_BYTES, (valid) =>
    wire.Hello.decode(valid, {
      limits: { own: LOAD_REPORT_LIMITS, heard: MAX_HELLO_REPORTS, heard$: { report: LOAD_REPORT_LIMITS } },
    }),
  )
  return {
    own: loadReportFromWire(check.required(SUBJECT, 'own', own)),
    heard: heard.map(heardFromWire).filter((report) => report !== undefined),
  }
}

function heardToWire({ report, ageMs }: HeardReport): wire.HeardReport {
  check.checkDuration(SUBJECT, 'heard.ageMs', ageMs)
  return { report: loadReportToWire(report), ageMs }
}

function heardFromWire({ report, ageMs }: wire.HeardReport): HeardReport | undefined {
  try {
    check.checkDuration(SUBJECT, 'heard.ageMs', ageMs)
    return { report: loadReportFromWire(check.required(SUBJECT, 'heard.report', report)), ageMs }
  } catch (error) {
    if (error instanceof MurmurationError) return undefined
    throw error
  }
}
