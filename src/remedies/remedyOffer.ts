import type { Result } from '../base/result.ts';
import type { RemedyKind } from '../report/remedyKind.ts';
import type { ReportAssumption, ReportRemedy } from '../report/report.ts';
import type { Assumption } from './assumption.ts';
import type { Plan, Refusal } from './plan.ts';

/** One way out for a call: its plan, or the reason why it is not safe here. */
export interface RemedyOffer {
  readonly kind: RemedyKind;
  readonly title: string;
  readonly outcome: Result<Plan, Refusal>;
}

/** Whether an offer has a plan that assumes nothing. */
export const isProven = ({ outcome }: RemedyOffer): boolean =>
  outcome.ok && outcome.value.assumptions.length === 0;

/** Assumptions as the outside sees them: `fileOf` gives the name of a file, lines are 1-based. */
export const listedAssumptions = (
  assumptions: readonly Assumption[],
  fileOf: (path: string) => string,
): readonly ReportAssumption[] =>
  assumptions.map(({ code, message, path, range }) => ({
    code,
    message,
    file: fileOf(path),
    line: range.start.line + 1,
  }));

/** The form in which reports list an offer. */
export function toReportRemedy(offer: RemedyOffer, fileOf: (path: string) => string): ReportRemedy {
  const { kind, title, outcome } = offer;
  return {
    kind,
    title,
    safe: isProven(offer),
    assumptions: outcome.ok ? listedAssumptions(outcome.value.assumptions, fileOf) : [],
    refusal: outcome.ok ? null : { code: outcome.error.code, message: outcome.error.message },
  };
}
