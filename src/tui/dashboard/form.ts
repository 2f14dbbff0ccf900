/**
 * The submit form as a state machine: four fields, completion, and what is wrong with them. A pipeline is checked while it
 * is typed, a path when the form is sent, by whoever plans the job.
 */

import type { DashboardPort, PathCompletion, SubmitRequest } from './port.ts'
import { editInput, inputOf, insertText, type TextInput } from './text-input.ts'

export const FORM_FIELDS = ['path', 'pipeline', 'strategy', 'out'] as const
export type FormField = (typeof FORM_FIELDS)[number]

export interface SubmitForm {
  readonly field: FormField
  readonly inputs: Readonly<Record<'path' | 'pipeline' | 'out', TextInput>>
  readonly strategy: string
  /** What the last Tab found more than one of. */
  readonly candidates: readonly string[]
  /** Of the field it names, or of the whole when the job could not be planned. */
  readonly fault: { readonly field: FormField | undefined; readonly text: string } | undefined
  /** The job is being planned. */
  readonly isSending: boolean
}

/** What the form needs to know to be checked and completed. */
export type FormWorld = Pick<DashboardPort, 'operations' | 'strategies' | 'pipelineFault'>

export type FormEffect =
  | { readonly kind: 'complete-path'; readonly field: 'path' | 'out'; readonly text: string }
  | { readonly kind: 'submit'; readonly request: SubmitRequest }

export interface FormStep {
  readonly form: SubmitForm
  readonly effects: readonly FormEffect[]
}

export const newForm = (defaults: SubmitRequest): SubmitForm => ({
  field: 'path',
  inputs: { path: inputOf(defaults.path), pipeline: inputOf(defaults.pipeline), out: inputOf(defaults.out) },
  strategy: defaults.strategy,
  candidates: [],
  fault: undefined,
  isSending: false,
})

/** The form after a key. Escape is not for the form: it closes it. */
export function formAfterKey(form: SubmitForm, key: string, world: FormWorld): FormStep {
  if (form.isSending) return still(form)
  switch (key) {
    case 'up':
    case 'shift-tab':
      return still(focusField(form, -1))
    case 'down':
      return still(focusField(form, 1))
    case 'enter':
      return send(form, world)
    case 'tab':
      return complete(form, world)
  }
  if (form.field === 'strategy') return still(chooseStrategy(form, key, world))
  const input = editInput(form.inputs[form.field], key)
  return still(input === undefined ? form : withInput(form, form.field, input, world))
}

export const formAfterPaste = (form: SubmitForm, text: string, world: FormWorld): SubmitForm =>
  form.field === 'strategy' || form.isSending
    ? form
    : withInput(form, form.field, insertText(form.inputs[form.field], text), world)

/** The answer to a `complete-path`: taken only when the text is still the one that was asked about. */
export function formAfterCompletion(
  form: SubmitForm,
  field: 'path' | 'out',
  asked: string,
  { text, candidates }: PathCompletion,
): SubmitForm {
  if (form.inputs[field].text !== asked) return form
  return { ...form, inputs: { ...form.inputs, [field]: inputOf(text) }, candidates }
}

export const formAfterFault = (form: SubmitForm, text: string): SubmitForm => ({
  ...form,
  isSending: false,
  fault: { field: undefined, text },
})

/** The operation that is being typed at the end of the pipeline. */
export const typedOperation = (text: string): string => /[^|\s]*$/.exec(text)?.[0] ?? ''

/** Operations whose names begin with what is typed; none once a `:` begins its parameters. */
export function fittingOperations(form: SubmitForm, world: FormWorld): FormWorld['operations'] {
  const typed = typedOperation(form.inputs.pipeline.text)
  return typed.includes(':') ? [] : world.operations.filter(({ name }) => name.startsWith(typed))
}

const still = (form: SubmitForm): FormStep => ({ form, effects: [] })

function withInput(
  form: SubmitForm,
  field: 'path' | 'pipeline' | 'out',
  input: TextInput,
  world: FormWorld,
): SubmitForm {
  const fault = field === 'pipeline' ? world.pipelineFault(input.text) : undefined
  return {
    ...form,
    inputs: { ...form.inputs, [field]: input },
    candidates: [],
    fault: fault === undefined ? undefined : { field, text: fault },
  }
}

function focusField(form: SubmitForm, step: 1 | -1): SubmitForm {
  const index = FORM_FIELDS.indexOf(form.field)
  const field = FORM_FIELDS.at((index + step) % FORM_FIELDS.length) ?? 'path'
  return { ...form, field, candidates: [] }
}

function chooseStrategy(form: SubmitForm, key: string, { strategies }: FormWorld): SubmitForm {
  const step = key === 'left' ? -1 : key === 'right' || key === ' ' ? 1 : 0
  const index = strategies.findIndex(({ name }) => name === form.strategy)
  return { ...form, strategy: strategies.at((index + step) % strategies.length)?.name ?? form.strategy }
}

/** Adds what is certain; goes on to the next field where there is nothing to complete. */
function complete(form: SubmitForm, world: FormWorld): FormStep {
  const { field } = form
  if (field === 'strategy') return still(focusField(form, 1))
  const { text } = form.inputs[field]
  if (field !== 'pipeline') {
    // a second Tab on the same text goes on, so that Tab alone also walks through the form
    if (form.candidates.length > 0 || (text === '' && field === 'out')) return still(focusField(form, 1))
    return { form, effects: [{ kind: 'complete-path', field, text }] }
  }
  const typed = typedOperation(text)
  const names = fittingOperations(form, world).map(({ name }) => name)
  const completed = commonStart(names)
  if (typed === '' || completed.length <= typed.length) return still(focusField(form, 1))
  return still(withInput(form, 'pipeline', inputOf(text.slice(0, text.length - typed.length) + completed), world))
}

/** What all texts begin with; empty without texts. */
export function commonStart(texts: readonly string[]): string {
  const [first = '', ...others] = texts
  let length = first.length
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length -= 1
  }
  return first.slice(0, length)
}

function send(form: SubmitForm, world: FormWorld): FormStep {
  const { path, pipeline, out } = form.inputs
  const fault = (field: FormField, text: string): FormStep => still({ ...form, field, fault: { field, text } })
  if (path.text.trim() === '') return fault('path', 'a folder, file or glob is expected')
  const pipelineFault = world.pipelineFault(pipeline.text)
  if (pipelineFault !== undefined) return fault('pipeline', pipelineFault)
  if (out.text.trim() === '') return fault('out', 'a folder for the results is expected')
  const request = { path: path.text, pipeline: pipeline.text, strategy: form.strategy, out: out.text }
  return {
    form: { ...form, isSending: true, fault: undefined, candidates: [] },
    effects: [{ kind: 'submit', request }],
  }
}
