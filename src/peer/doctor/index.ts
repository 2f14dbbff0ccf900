/** `peer doctor` without its printing: everything that can be said about this machine and the cluster around it. */

import { CHECKS } from './checks/index.ts'
import { type Diagnosis, diagnose } from './diagnose.ts'
import { createDoctorWorld } from './system-world.ts'
import type { DoctorOptions } from './world.ts'

/** Problems first. Takes about `waitMs`, at most DOCTOR_EXTRA_MS more. Never rejects. */
export const examine = (options: DoctorOptions): Promise<readonly Diagnosis[]> =>
  diagnose(CHECKS, createDoctorWorld(options))
