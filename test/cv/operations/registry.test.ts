import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MAX_NAME_BYTES } from '../../../src/base/limits.ts'
import {
  allOperations,
  findOperation,
  listOperations,
  OPERATION_GROUPS,
  operationsHash,
} from '../../../src/cv/operations/registry.ts'
import { pixelVersion } from '../../../src/cv/version.ts'

describe('the registry', () => {
  it('finds every operation by its name, and no other', () => {
    for (const operation of allOperations) expect(findOperation(operation.name)).toBe(operation)
    for (const name of ['', 'toString', 'EDGES', 'edges ']) expect(findOperation(name)).toBeUndefined()
  })

  it('has unique names that a pipeline and a file name can hold', () => {
    expect(new Set(allOperations.map(({ name }) => name)).size).toBe(allOperations.length)
    for (const { name, suffix } of listOperations()) {
      expect(name).toMatch(/^[a-z][a-z0-9-]{0,30}$/)
      expect(suffix).toMatch(/^(_[a-z0-9-]+)?$/)
    }
  })

  it('has each operation in the group of its folder, and every folder', () => {
    const folder = join(import.meta.dirname, '../../../src/cv/operations')
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect([...OPERATION_GROUPS].sort()).toEqual(folders.map(({ name }) => name).sort())
    for (const { name, group } of listOperations()) {
      const file = join(folder, group, `${name}.ts`)
      expect([file, existsSync(file)]).toEqual([file, true])
      expect(readFileSync(file, 'utf8')).toContain(`name: '${name}'`)
    }
  })

  it('tells the reach with the defaults, and where it follows the parameters', () => {
    const reachOf = (name: string) => listOperations().find((operation) => operation.name === name)
    expect(reachOf('invert')).toMatchObject({ reach: 0, isReachFixed: true })
    expect(reachOf('equalize')).toMatchObject({ reach: 'whole image', isReachFixed: true })
    expect(reachOf('box')).toMatchObject({ reach: 2, isReachFixed: false })
  })

  it('can be printed as JSON and read back', () => {
    const printed: unknown = JSON.parse(JSON.stringify(listOperations()))
    expect(printed).toMatchObject(allOperations.map(({ name, kind, version }) => ({ name, kind, version })))
  })

  it('has the constants that the mission names as defaults', () => {
    const defaults = Object.fromEntries(
      listOperations().map(({ name, parameters }) => [
        name,
        Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default])),
      ]),
    )
    expect(defaults).toMatchObject({
      edges: { low: 10, high: 30, aperture: 5, blur: 3 },
      crop: { side: 50, rounds: 3 },
      noise: { sigma: 25, pepper: 5, salt: 5, layers: 3 },
      gray: { block: 11, offset: 2, kernel: 5 },
      grayscale: {},
    })
  })
})

describe('operationsHash and pixelVersion', () => {
  it('are the same every time, and fit into a load report', () => {
    expect(operationsHash()).toMatch(/^[0-9a-f]{16}$/)
    expect(operationsHash()).toBe(operationsHash())
    expect(pixelVersion()).toMatch(/^opencv-5\.0\.0-release\.2\/ops-[0-9a-f]{8}\/dec\d+-\d+\.\d+\.\d+-[0-9a-f]{8}$/)
    expect(Buffer.byteLength(pixelVersion())).toBeLessThanOrEqual(MAX_NAME_BYTES)
    expect(pixelVersion()).toContain(operationsHash().slice(0, 8))
  })
})
