/** Bytes that text takes as UTF-8, without encoding it. */

/** Lone surrogates count as the three bytes of U+FFFD that an encoder writes for them. */
export function utf8Length(text: string): number {
  let sizeBytes = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    if (unit < 0x800) {
      sizeBytes += 1
    } else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(index + 1))) {
      sizeBytes += 2
      index++
    } else {
      sizeBytes += 2
    }
  }
  return sizeBytes
}

/** The longest beginning of `text` that takes at most `maxBytes`, cut between characters. */
export function utf8Truncate(text: string, maxBytes: number): string {
  if (utf8Length(text) <= maxBytes) return text
  let sizeBytes = 0
  let end = 0
  for (const character of text) {
    sizeBytes += utf8Length(character)
    if (sizeBytes > maxBytes) break
    end += character.length
  }
  return text.slice(0, end)
}

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800
const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00
