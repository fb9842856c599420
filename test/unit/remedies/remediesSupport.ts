import { expect } from 'vitest';
import { applyEdits, planFix } from '../../../src/remedies/planRemedies.ts';
import type { Plan, Refusal } from '../../../src/remedies/plan.ts';
import type { RemedyKind } from '../../../src/report/remedyKind.ts';
import { modelSource } from '../../../src/code/sourceModel.ts';
import type { Result } from '../../../src/base/result.ts';

/** Takes the mark out and gives its zero-based position. */
export function unmark(marked: string): {
  readonly text: string;
  readonly line: number;
  readonly column: number;
} {
  const at = marked.indexOf('«');
  if (at === -1) throw new Error('The snippet has no « before the call');
  const above = marked.slice(0, at).split('\n');
  return { text: marked.replace('«', ''), line: above.length - 1, column: above.at(-1)?.length ?? 0 };
}

/** Plans a fix for the marked call of a snippet. */
export function planMarked(
  marked: string,
  kind: RemedyKind | null,
  file = 'app.js',
): { readonly text: string; readonly outcome: Result<Plan, Refusal> } {
  const { text, line, column } = unmark(marked);
  const path = `/project/${file}`;
  const request = { path, position: { line, column }, kind, executorModule: '@offloop/executor' };
  return { text, outcome: planFix({ path, text }, request) };
}

/** The snippet after the fix. It must have changed, parse, and offer the same fix no second time. */
export function fixed(marked: string, kind: RemedyKind, file = 'app.js'): string {
  const { text, outcome } = planMarked(marked, kind, file);
  if (!outcome.ok) throw new Error(`refused: ${outcome.error.code}: ${outcome.error.message}`);
  const after = applyEdits(text, outcome.value.edits);
  expect(modelSource({ path: `/project/${file}`, text: after }).syntaxError).toBeNull();
  expect(after).not.toBe(text);
  return after;
}

/** The code of the refusal; fails when the fix is offered. */
export function refusalOf(marked: string, kind: RemedyKind | null, file = 'app.js'): string {
  const { outcome } = planMarked(marked, kind, file);
  if (outcome.ok) throw new Error(`not refused: ${outcome.value.title}`);
  expect(outcome.error.message).toMatch(/[.!]$/);
  return outcome.error.code;
}
