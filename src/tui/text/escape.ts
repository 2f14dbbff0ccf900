/** Escaping stands in base, because logs need it too; whoever prints finds it here, beside the rest of text. */

export { escapeControls, escapeInJson } from '../../base/escape.ts'
