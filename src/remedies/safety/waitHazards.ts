import type { Assumption } from '../assumption.ts';
import type { Refusal } from '../plan.ts';

/** What a new wait lets happen: something that would give wrong results, or something worth a look. */
export interface WaitHazards {
  readonly refusal: Refusal | null;
  readonly assumptions: readonly Assumption[];
}
