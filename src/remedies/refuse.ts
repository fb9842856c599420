import type ts from 'typescript';
import type { Position } from '../base/position.ts';
import { err } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Refusal } from './plan.ts';
import { positionAt, rangeOf } from '../code/sourceModel.ts';
import type { SourceModel } from '../code/sourceModel.ts';

/** Stable reasons why a remedy is not safe. They appear in JSON, so a code is never renamed. */
export type RefusalCode =
  | 'ambiguous-call'
  | 'argument-cannot-be-cloned'
  | 'argument-copy-costs-more'
  | 'argument-is-written'
  | 'build-output'
  | 'called-in-loop'
  | 'caller-must-become-async'
  | 'caller-cannot-become-async'
  | 'compares-identity'
  | 'depends-on-this'
  | 'error-shape-differs'
  | 'function-not-importable'
  | 'handle-cannot-cross-threads'
  | 'in-accessor'
  | 'in-class-field'
  | 'in-constructor'
  | 'in-exit-handler'
  | 'in-generator'
  | 'in-parameter-default'
  | 'in-sync-callback'
  | 'loads-a-module'
  | 'no-async-twin'
  | 'no-call-here'
  | 'not-blocking'
  | 'not-constant'
  | 'option-not-supported'
  | 'options-not-known'
  | 'regex-cannot-move'
  | 'slow-pattern'
  | 'result-cannot-be-cloned'
  | 'result-copy-costs-more'
  | 'shared-state-across-await'
  | 'side-effect'
  | 'syntax-error'
  | 'top-level-await'
  | 'twin-stays-on-loop'
  | 'unknown-callee'
  | 'unsupported-call-form'
  | 'unsupported-remedy'
  | 'writes-captured-variable';

/** A refusal at a node. `message` is a sentence for the user that says what stands in the way and what to do. */
export const refusalAt = (
  model: SourceModel,
  node: ts.Node,
  code: RefusalCode,
  message: string,
): Refusal => ({
  code,
  message,
  path: model.path,
  range: rangeOf(model.file, node),
});

/** The same as the outcome of a plan. */
export const refuse = (
  model: SourceModel,
  node: ts.Node,
  code: RefusalCode,
  message: string,
): Result<never, Refusal> => err(refusalAt(model, node, code, message));

/** A refusal at a place, which need not be in the file. */
export const refusePlace = (
  { path }: SourceModel,
  place: Position,
  code: RefusalCode,
  message: string,
): Result<never, Refusal> => err({ code, message, path, range: { start: place, end: place } });

/** A refusal at an offset, where there is no node to blame. */
export const refuseAt = (
  model: SourceModel,
  offset: number,
  code: RefusalCode,
  message: string,
): Result<never, Refusal> => refusePlace(model, positionAt(model.file, offset), code, message);
