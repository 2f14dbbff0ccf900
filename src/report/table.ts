/** Tables of figures: the first column names the row, numbers stand to the right. */

import { type Markup, type MarkupPart, markup } from './markup.ts'

export interface TableColumn {
  readonly title: string
  /** Figures stand to the right, so that they can be compared. Default true, but for the first. */
  readonly isFigure?: boolean
}

export const tableOf = (
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly MarkupPart[])[],
): Markup => markup`<div class="table" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${columns.map((column, index) => markup`<th scope="col"${index > 0 && classOf(column)}>${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => markup`<tr>${cells.map((cell, index) => cellOf(cell, index, columns))}</tr>`)}</tbody></table></div>`

const classOf = ({ isFigure = true }: TableColumn): Markup | false => isFigure && markup` class="figure"`

function cellOf(cell: MarkupPart, index: number, columns: readonly TableColumn[]): Markup {
  const column = columns[index]
  if (index === 0) return markup`<th scope="row">${cell}</th>`
  return markup`<td${column && classOf(column)}>${cell}</td>`
}
