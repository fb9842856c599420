import type ts from 'typescript';
import type { Range } from '../base/position.ts';
import { rangeOf } from '../code/sourceModel.ts';
import type { SourceModel } from '../code/sourceModel.ts';

/**
 * What a fix takes for granted, by code: a sentence about the thing with the given name. One row per code, with a
 * section of the same name in `docs/assumptions.md`. Codes appear in JSON, so a code is never renamed.
 */
export const assumptionTexts = {
  // Callers
  'caller-not-seen': (name) => `Code that was not found may call ${name}: every caller has to await it.`,
  'function-handed-on': (name) =>
    `${name} is stored or passed on here: code that calls it from there has to await its result.`,
  'callback-not-awaited': (name) =>
    `${name} is known by its name only: it has to wait for the promise that its callback now returns.`,
  'not-an-array': (name) => `${name} must be an array: its forEach() becomes a for…of loop.`,
  'override-not-seen': (name) =>
    `Other implementations of ${name} may be used in its place: all of them have to be awaited.`,
  'result-not-awaited': (name) =>
    `The promise of ${name} is not awaited here: what follows now runs before the work is done.`,
  // State around the wait
  'state-across-wait': (name) =>
    `${name} is used before and after the new wait: other code must not change it in between.`,
  'state-in-call': (name) =>
    `${name} comes after the new wait: other code must not change what it reads in between.`,
  'state-seen-early': (name) =>
    `${name} changes after the new wait: code that runs meanwhile still sees the old value.`,
  'file-across-wait': (name) =>
    `${name} is used by other calls too: the file must not change, or be read half-written, during the new wait.`,
  'process-state': (name) => `${name} belongs to the whole process: it must not change during the new wait.`,
  'object-shared': (name) => `${name} comes from the caller: nothing may change it during the new wait.`,
  // Order
  'order-of-callbacks': (name) =>
    `Callbacks that follow ${name} can now run before its work is done, and must not rely on it.`,
  'order-of-errors': (name) =>
    `All calls in ${name} now start at once: the error that is reported may be another one, and none is skipped.`,
  'process-ends': (name) => `The process may end at ${name} before the new wait is over.`,
  'module-order': (name) => `${name} now ends later: modules and code that follow must not rely on it.`,
  'error-escapes': (name) =>
    `An error in ${name} now rejects a promise: it reaches "unhandledRejection" instead of "uncaughtException".`,
  // The other form of the call
  'options-differ': (name) => `The asynchronous version may treat ${name} differently.`,
  'argument-differs': (name) => `${name} must be of a kind that both versions treat alike.`,
  'error-differs': (name) => `The errors of ${name} have other properties in the asynchronous version.`,
  'error-is-copied': (name) => `${name} is copied: its code and other properties do not survive that.`,
  'result-differs': (name) => `The result of ${name} is not the same kind of object.`,
  'bytes-differ': (name) =>
    `${name} compresses to other bytes in the asynchronous version: nothing may compare or hash them.`,
  'output-differs': (name) => `${name} no longer passes the child's stderr on to this process.`,
  'stdin-stays-open': (name) => `${name} leaves the child's standard input open: the child must not read it.`,
  // Workers
  'one-trip-per-round': (name) =>
    `Each round of the loop waits for a worker: one call of ${name} must take much longer than the trip.`,
  'memory-is-copied': (name) => `${name} is copied for the worker: changes there do not come back.`,
  'loses-shape': (name) =>
    `${name} is copied: getters, symbols, prototypes and frozen objects do not survive that.`,
  'loses-identity': (name) =>
    `${name} is a copy: it must not be compared, marked or changed as the original.`,
  'worker-differs': (name) =>
    `${name} must be the same in a worker: nothing that only this process runs may set it up or replace parts of it.`,
  'types-not-known': (name) => `The types around ${name} are not checked.`,
} as const satisfies Readonly<Record<string, (name: string) => string>>;

/** Stable names of what could not be proven. */
export type AssumptionCode = keyof typeof assumptionTexts;

/** Something that must hold for a fix to be right and could not be proven, with the place to look at. */
export interface Assumption {
  readonly code: AssumptionCode;
  readonly message: string;
  readonly path: string;
  readonly range: Range;
}

const longestName = 60;

/** An assumption at a node; `name` is what the sentence is about, as the source has it. */
export const assumptionAt = (
  model: SourceModel,
  node: ts.Node,
  code: AssumptionCode,
  name: string,
): Assumption => assumptionIn(model.path, rangeOf(model.file, node), code, name);

/** An assumption at a place, which need not be source code. */
export const assumptionIn = (path: string, range: Range, code: AssumptionCode, name: string): Assumption => ({
  code,
  message: assumptionTexts[code](shortened(name)),
  path,
  range,
});

function shortened(name: string): string {
  const line = name.replace(/\s+/g, ' ').trim();
  return line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line;
}

/** Each assumption once. */
export function withoutRepeats(assumptions: readonly Assumption[]): readonly Assumption[] {
  const keyOf = ({ code, message, path, range }: Assumption): string =>
    [code, message, path, range.start.line, range.start.column].join('|');
  return [...new Map(assumptions.map((each) => [keyOf(each), each])).values()];
}
