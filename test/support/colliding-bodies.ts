/**
 * Two bodies with one checksum, as anybody can make them. XXH3 multiplies the halves of 64 bits, each mixed by "exclusive or"
 * with a constant that all know: where the lower half equals the constant's, the product is 0 whatever the upper one is, and what
 * remains of it is a sum, which a second such place in the same block takes back.
 */
export const [COLLIDING, COLLIDING_WITH_IT] = [pairedBody(1, 0), pairedBody(0, 1)] as const

function pairedBody(one: number, other: number): Uint8Array {
  const body = new Uint8Array(512)
  // where stripes 0 and 1 of 64 bytes begin: the secret's bytes 0 to 3 and 8 to 11
  body.set([0xb8, 0xfe, 0x6c, 0x39, one], 0)
  body.set([0x7c, 0x01, 0x81, 0x2c, other], 64)
  return body
}
