import { assertNever } from '../../base/assertNever.ts';
import type { Result } from '../../base/result.ts';
import type { RemedyKind, ReportRemedy } from '../report.ts';
import type { Plan, Refusal } from './plan.ts';

/** Remedies that there are plans for, in the order in which they are offered: safest and best first. */
export const offeredKinds = [
  'async',
  'thread',
  'executor',
  'extract',
] as const satisfies readonly RemedyKind[];

/** A remedy that there are plans for. */
export type OfferedKind = (typeof offeredKinds)[number];

/** One way out for a call: its plan, or the reason why it is not safe here. */
export interface RemedyOffer {
  readonly kind: RemedyKind;
  readonly title: string;
  readonly outcome: Result<Plan, Refusal>;
}

/** The form in which reports list an offer. */
export const toReportRemedy = ({ kind, title, outcome }: RemedyOffer): ReportRemedy => ({
  kind,
  title,
  safe: outcome.ok,
  refusal: outcome.ok ? null : { code: outcome.error.code, message: outcome.error.message },
});

/** What a remedy of a kind does, as a menu entry. */
export function titleOf(kind: RemedyKind): string {
  switch (kind) {
    case 'async':
      return 'Use the async twin';
    case 'thread':
      return 'Run in a worker thread';
    case 'executor':
      return 'Run in an executor';
    case 'extract':
      return 'Move to a worker module';
    case 'hoist':
      return 'Read once at start-up';
    case 'yield':
      return 'Yield in the loop';
    case 'stream':
      return 'Stream instead';
    case 'advice':
      return 'Advice';
    default:
      return assertNever(kind);
  }
}
