/** Where the scripts of threads and processes lie: beside this file, `.ts` where sources run as they are, `.js` when built. */

export function entryUrl(name: 'worker-thread' | 'worker-process' | 'codec-process'): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./${name}.${extension}`, import.meta.url)
}
