import type { Refusal } from '../remedies/plan.ts';
import type { RefusalCode } from '../report/refusalCode.ts';
import type { RemedyKind } from '../report/remedyKind.ts';
import type { ReportAssumption } from '../report/report.ts';

/** What `offloop fix --json` prints. Paths are relative to the root with `/`, lines and columns 1-based. */
export interface FixJson {
  readonly kind: RemedyKind | null;
  readonly applied: boolean;
  readonly refusal: FixRefusal | null;
  readonly edits: readonly FileChange[];
  readonly dependency: { readonly name: string; readonly spec: string } | null;
  readonly asyncSpread: readonly {
    readonly file: string;
    readonly function: string;
    readonly line: number;
  }[];
  readonly typeChecked: boolean;
  /** What must hold and could not be proven; not empty = written only when accepted. */
  readonly assumptions: readonly ReportAssumption[];
  readonly warnings: readonly string[];
}

/** A refusal as the outside sees it. */
export interface FixRefusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The whole text of a file before and after; `before` is null for a new file. */
export interface FileChange {
  readonly file: string;
  readonly before: string | null;
  readonly after: string;
}

/** The JSON of a fix that was refused: nothing is changed. */
export const refusedFix = (
  kind: RemedyKind | null,
  refusal: Refusal,
  relative: (path: string) => string,
): FixJson => ({
  kind,
  applied: false,
  refusal: {
    code: refusal.code,
    message: refusal.message,
    file: relative(refusal.path),
    line: refusal.range.start.line + 1,
    column: refusal.range.start.column + 1,
  },
  edits: [],
  dependency: null,
  asyncSpread: [],
  typeChecked: false,
  assumptions: [],
  warnings: [],
});
