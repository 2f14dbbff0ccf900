/** Images before and after, and what failed. */

import type { JobSummary } from '../../peer/job-events.ts'
import { countOf, formatDuration } from '../../tui/text/figures.ts'
import { type Markup, markup } from '../markup.ts'
import type { JobReport, ShownFailure, ShownImage, Thumbnail } from '../report.ts'

/** The sample of the first job: what the pixels are does not depend on the strategy. */
export function imagesSection({ summary, samples }: JobReport): Markup {
  const { done, kind } = summary
  const shown =
    samples.length < done
      ? `A sample of ${samples.length} of the ${countOf(done, 'image')}.`
      : 'All images that were done.'
  const intro = samples.length === 0 ? 'No image was done.' : shown
  const title = kind === 'data' ? 'Images and their data' : 'Before and after'
  return markup`<section id="images" aria-labelledby="images-title"><h2 id="images-title">${title}</h2><p>${intro}</p>
<ul class="images">${samples.map((image) => imageOf(image, summary))}</ul></section>`
}

const imageOf = (image: ShownImage, { kind, pipeline }: JobSummary): Markup => markup`<li>
<div class="${kind === 'data' ? 'single' : 'pair'}">${thumbnail(image.before, `${image.path} before`)}${image.after && thumbnail(image.after, `${image.path} after ${pipeline}`)}</div>
<p class="path">${image.path}</p>${image.data !== undefined && markup`<pre tabindex="0" aria-label="Data of ${image.path}">${image.data}</pre>`}
<p class="muted">${image.peer} · ${formatDuration(image.totalMs)}</p></li>`

function thumbnail(picture: Thumbnail, alt: string): Markup {
  if (picture.kind === 'none') return markup`<div class="placeholder"><span>no picture: ${picture.reason}</span></div>`
  const { dataUri, widthPx, heightPx } = picture
  return markup`<img src="${dataUri}" width="${widthPx}" height="${heightPx}" alt="${alt}">`
}

/** Failures of all jobs, each image once: what is wrong with a file is wrong under every strategy. */
export function failuresSection(jobs: readonly JobReport[]): Markup {
  const failures = new Map<string, ShownFailure>()
  for (const job of jobs) for (const failure of job.failures) failures.set(`${failure.path}\n${failure.code}`, failure)
  const count = Math.max(...jobs.map(({ collected }) => collected.failureCount), failures.size)
  const left = count - failures.size
  const body =
    failures.size === 0
      ? markup`<p>No image failed.</p>`
      : markup`<p>${countOf(count, 'image')} failed.${left > 0 && ` The first ${failures.size} are shown; summary.json lists all.`}</p>
<ul class="images failures">${[...failures.values()].map(failureOf)}</ul>`
  return markup`<section id="failures" aria-labelledby="failures-title"><h2 id="failures-title">Failures</h2>${body}</section>`
}

const failureOf = ({ path, before, message, code, peer }: ShownFailure): Markup => markup`<li>
<div class="single">${thumbnail(before, `${path}, which failed`)}</div>
<p class="path">${path}</p><p>${message}</p>
<p class="muted">${code}${peer !== undefined && ` · ${peer}`}</p></li>`
