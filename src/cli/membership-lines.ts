/** Who joined, left, or was lost, as `peer start` tells it. */

import { type MembershipChange, membershipSentence } from '../peer/membership/membership-changes.ts'
import { escapeControls } from '../tui/text/escape.ts'

export { membershipChanges as membershipEvents } from '../peer/membership/membership-changes.ts'

/** `joined lab-kmqa (executor, 2 slots, load 0.3)`. */
export const membershipLine = (change: MembershipChange): string => escapeControls(membershipSentence(change))
