import type { Assumption } from '../assumption.ts';

/** How to write the twin of a call: `lead` + twin + arguments + `tail`, awaited, then `pick`. */
export interface TwinRecipe {
  readonly module: string;
  readonly export: string;
  readonly form: 'promise' | 'promisify';
  /** Text before the twin and after its arguments, inside the await. */
  readonly lead: string;
  readonly tail: string;
  /** Property of the awaited value that the blocking call used to return, as `.bytesRead`; empty for the value itself. */
  readonly pick: string;
  /** Text to put in at an offset among the arguments; up to `end` it replaces what stands there. */
  readonly insertion: { readonly at: number; readonly end?: number; readonly text: string } | null;
  readonly assumptions: readonly Assumption[];
}

/** A recipe for a twin that differs from the call in nothing but being awaited. */
export const dropIn = (module: string, exportName: string, form: 'promise' | 'promisify'): TwinRecipe => ({
  module,
  export: exportName,
  form,
  lead: '',
  tail: '',
  pick: '',
  insertion: null,
  assumptions: [],
});
