/**
 * A queue shared by several owners that takes one item of each in turn: an owner with a thousand items waits as long for its
 * next one as an owner with a single one. Pure data: who may enter and how many is decided elsewhere.
 */

export interface FairQueue<Owner, Item> {
  /** Items of all owners. */
  readonly size: number
  sizeOf(owner: Owner): number
  push(owner: Owner, item: Item): void
  /** What `take` would return; owners for whom `isEligible` is false are passed over and keep their turn. */
  peek(isEligible?: (owner: Owner) => boolean): Item | undefined
  take(isEligible?: (owner: Owner) => boolean): Item | undefined
  /** Whether the item was there. */
  remove(owner: Owner, item: Item): boolean
}

export function createFairQueue<Owner, Item>(): FairQueue<Owner, Item> {
  // insertion order is the order of turns; an owner whose turn was used moves to the end
  const lines = new Map<Owner, Item[]>()
  let size = 0

  function nextOwner(isEligible: ((owner: Owner) => boolean) | undefined): Owner | undefined {
    for (const owner of lines.keys()) {
      if (!isEligible || isEligible(owner)) return owner
    }
    return undefined
  }

  return {
    get size() {
      return size
    },
    sizeOf: (owner) => lines.get(owner)?.length ?? 0,
    push(owner, item) {
      const line = lines.get(owner)
      if (line) line.push(item)
      else lines.set(owner, [item])
      size++
    },
    peek(isEligible) {
      const owner = nextOwner(isEligible)
      return owner === undefined ? undefined : lines.get(owner)?.[0]
    },
    take(isEligible) {
      const owner = nextOwner(isEligible)
      if (owner === undefined) return undefined
      const line = lines.get(owner)
      const item = line?.shift()
      lines.delete(owner)
      if (line && line.length > 0) lines.set(owner, line)
      size--
      return item
    },
    remove(owner, item) {
      const line = lines.get(owner)
      const index = line?.indexOf(item) ?? -1
      if (!line || index < 0) return false
      line.splice(index, 1)
      if (line.length === 0) lines.delete(owner)
      size--
      return true
    },
  }
}
