/** Why something cannot be written to the disk, in words for a person. Names no path. */

export function whyUnwritable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full'
  return code === 'EACCES' ? 'permission denied' : String(code ?? error)
}
