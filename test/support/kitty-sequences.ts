/** The escape sequences of kitty's graphics protocol in a terminal's text. */

export interface KittySequence {
  readonly control: string
  readonly payload: string
}

export const kittySequences = (text: string): KittySequence[] =>
  text
    .split('\x1b_G')
    .slice(1)
    .map((part) => {
      const [sequence = ''] = part.split('\x1b\\')
      const [control = '', payload = ''] = sequence.split(';')
      return { control, payload }
    })
