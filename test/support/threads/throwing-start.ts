/** A worker thread that cannot start. */

throw new Error('cannot start')
