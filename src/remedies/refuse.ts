import type ts from 'typescript';
import type { Position } from '../base/position.ts';
import { err } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { RefusalCode } from '../report/refusalCode.ts';
import type { Refusal } from './plan.ts';
import { positionAt } from '../code/calls/functionAt.ts';
import { rangeOf } from '../code/sourceModel.ts';
import type { SourceModel } from '../code/sourceModel.ts';

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

/** A refusal at an offset, for places without a node. */
export const refuseAt = (
  model: SourceModel,
  offset: number,
  code: RefusalCode,
  message: string,
): Result<never, Refusal> => refusePlace(model, positionAt(model.file, offset), code, message);
