/** Escaping stands in base, because logs need it too; whoever prints finds it here, beside the rest of text. */

export { escapeControls } from '../../base/escape.ts'
