import type { Position, Range } from '../base/position.ts';
import type { RefusalCode } from '../report/refusalCode.ts';
import type { RemedyKind } from '../report/remedyKind.ts';
import type { Assumption } from './assumption.ts';

/** One replacement of text; offsets in UTF-16 code units, end exclusive. */
export interface TextEdit {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What is asked for: make the call at `position` (zero-based) stop blocking. Without `kind` the safest remedy is chosen. */
export interface PlanRequest {
  readonly path: string;
  readonly position: { readonly line: number; readonly column: number | null };
  readonly kind: RemedyKind | null;
  /** Last name of the callee, which tells the calls of a chain apart that start at one place; optional. */
  readonly callee?: string | null;
  /** Where the call ends, zero-based, which tells those of a chain apart that have one name, too; optional. */
  readonly end?: Position | null;
  /** Name under which edits import the executor, normally `@offloop/executor`. */
  readonly executorModule: string;
}

/** Why a remedy is not safe here: a stable code, a sentence for the user, and the place that stands in the way. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly path: string;
  readonly range: Range;
}

/**
 * A remedy in its computed form: proven when it assumes nothing, else to be reviewed before it is applied. Edits are sorted
 * by path and start, and never overlap.
 */
export interface Plan {
  readonly kind: RemedyKind;
  readonly title: string;
  readonly edits: readonly TextEdit[];
  readonly needsExecutor: boolean;
  readonly asyncSpread: readonly {
    readonly path: string;
    readonly function: string;
    readonly line: number;
  }[];
  readonly typeChecked: boolean;
  /** What must hold and could not be proven; empty = proven. */
  readonly assumptions: readonly Assumption[];
  /** What else the user should know. */
  readonly warnings: readonly string[];
}
