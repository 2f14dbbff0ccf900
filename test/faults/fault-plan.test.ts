/** A plan of faults that leaves a kind out, or nobody alive, would prove nothing. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chosenFaults, NETWORK_FAULTS, planFaults } from './fault-plan.ts'

it('has every kind of fault, while images are left and peers to do them, and the same for the same seed', () => {
  const { form } = chosenFaults()
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const plan = planFaults(form, seed)
      const killed = new Set(plan.flatMap(({ act }) => (act.kind === 'kill' ? [act.peer] : [])))
      const network = new Set(plan.flatMap(({ act }) => (act.kind === 'network' ? [act.fault] : [])))
      expect(killed.size).toBe(form.killedPeers)
      expect(killed.size).toBeLessThan(form.peers)
      expect([...network].sort()).toEqual([...NETWORK_FAULTS].sort())
      expect(plan.filter(({ act }) => act.kind === 'stop')).toHaveLength(form.stops)
      expect(plan.filter(({ act }) => act.kind === 'kill-coordinator')).toHaveLength(form.coordinatorKills)
      for (const { afterImages } of plan) expect(afterImages).toBeLessThan(form.images)
      expect(planFaults(form, seed)).toEqual(plan)
    }),
  )
})
