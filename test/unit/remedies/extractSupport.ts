import { expect } from 'vitest';
import { applyEdits, planFix } from '../../../src/remedies/planRemedies.ts';
import type { ProjectSources, TypeScriptUse } from '../../../src/code/modules/projectSources.ts';
import { modelSource } from '../../../src/code/sourceModel.ts';
import { unmark } from './remediesSupport.ts';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

function projectOf(files: Files, esm: boolean, use: TypeScriptUse | null): ProjectSources {
  return {
    read: (path) => (files[path] === undefined ? undefined : { path, text: files[path] }),
    files: () => Object.keys(files),
    esm,
    dependencies: {},
    ...(use === null ? {} : { typeScriptOf: () => use }),
  };
}

/** Extracts the marked call of the file `/p/<name>`; gives all files as they are then, or the code of the refusal. */
export function extract(
  marked: string,
  others: Files = {},
  name = 'app.js',
  esm = true,
  use: TypeScriptUse | null = null,
): Files | string {
  const { text, line, column } = unmark(marked);
  const path = `/p/${name}`;
  const files = { ...others, [path]: text };
  const request = {
    path,
    position: { line, column },
    kind: 'extract',
    executorModule: '@offloop/executor',
  } as const;
  const outcome = planFix({ path, text }, request, projectOf(files, esm, use));
  if (!outcome.ok) return outcome.error.code;
  const after: Record<string, string> = { ...files };
  for (const each of new Set(outcome.value.edits.map((edit) => edit.path))) {
    const own = outcome.value.edits.filter((edit) => edit.path === each);
    after[each] = applyEdits(files[each] ?? '', own);
    expect(modelSource({ path: each, text: after[each] }).syntaxError).toBeNull();
  }
  return after;
}
