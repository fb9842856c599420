import { expect } from 'vitest';
import { applyEdits, planFix } from '../../../src/remedies/planRemedies.ts';
import type { Result } from '../../../src/base/result.ts';
import type { Plan, Refusal } from '../../../src/remedies/plan.ts';
import type { ProjectSources } from '../../../src/code/modules/projectSources.ts';
import { modelSource } from '../../../src/code/sourceModel.ts';
import { unmark } from './remediesSupport.ts';

/** Source text by path. */
export type Files = Readonly<Record<string, string>>;

/** A project that holds these files and nothing else. */
export function projectOf(
  files: Files,
  dependencies: Readonly<Record<string, string>> = {},
  entries: readonly string[] = [],
): ProjectSources {
  return {
    read: (path) => (files[path] === undefined ? undefined : { path, text: files[path] }),
    files: () => Object.keys(files),
    esm: true,
    entries,
    dependencies,
  };
}

type Project = [dependencies?: Readonly<Record<string, string>>, entries?: readonly string[]];

/** Plans the asynchronous version of the marked call; gives the files without the mark, too. */
function planMarkedIn(
  marked: Files,
  ...project: Project
): { readonly files: Files; readonly outcome: Result<Plan, Refusal> } {
  const [path] = Object.entries(marked).find(([, text]) => text.includes('«')) ?? [''];
  const { text, line, column } = unmark(marked[path] ?? '');
  const files = { ...marked, [path]: text };
  const request = { path, position: { line, column }, kind: 'async', executorModule: 'x' } as const;
  return { files, outcome: planFix({ path, text }, request, projectOf(files, ...project)) };
}

/** Fixes the marked call of one of the files with its async twin; gives the changed files, or `code: message`. */
export function spread(marked: Files, ...project: Project): Files | string {
  const { files, outcome } = planMarkedIn(marked, ...project);
  if (!outcome.ok) return `${outcome.error.code}: ${outcome.error.message}`;
  const after: Record<string, string> = {};
  for (const each of new Set(outcome.value.edits.map((edit) => edit.path))) {
    const own = outcome.value.edits.filter((edit) => edit.path === each);
    after[each] = applyEdits(files[each] ?? '', own);
    expect(modelSource({ path: each, text: after[each] }).syntaxError).toBeNull();
  }
  return after;
}

/** First lines that bring in `fs`. */
export const esm = "import fs from 'node:fs';\n";
/** The same for CommonJS. */
export const cjs = "const fs = require('fs');\n";

/** One file: the text after its first line, which imports fs. */
export function inOneFile(text: string, path = '/p/a.mjs'): string {
  const head = path.endsWith('.cjs') ? cjs : esm;
  const after = spread({ [path]: head + text });
  return typeof after === 'string' ? after : (after[path] ?? '').slice(head.length);
}

/** What the fix of the marked call assumes, as `code line` with zero-based lines; `proven`, or `code: message` when refused. */
export function assumedBy(marked: Files, ...project: Project): string {
  const { outcome } = planMarkedIn(marked, ...project);
  if (!outcome.ok) return `${outcome.error.code}: ${outcome.error.message}`;
  const { assumptions } = outcome.value;
  return assumptions.length === 0
    ? 'proven'
    : assumptions.map(({ code, range }) => `${code} ${String(range.start.line)}`).join(', ');
}
