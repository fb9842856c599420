import { planFix } from '../../../src/remedies/planRemedies.ts';
import { projectOf } from './spreadSupport.ts';
import type { Files } from './spreadSupport.ts';
import { unmark } from './remediesSupport.ts';

/** A marked call that is to wait. */
export const wait = "«fs.readFileSync('x', 'utf8')";

/** What the asynchronous fix of the marked call says of state, as `code: name`; `refused` and `proven` by themselves. */
export function saidOf(text: string, path = '/p/a.mjs', others: Files = {}): string {
  const marked = unmark(`${head(path)}${text}`);
  const request = { path, position: marked, kind: 'async', executorModule: 'x' } as const;
  const outcome = planFix(
    { path, text: marked.text },
    request,
    projectOf({ ...others, [path]: marked.text }, {}),
  );
  if (!outcome.ok) return `refused: ${outcome.error.code}: ${outcome.error.message}`;
  const { assumptions } = outcome.value;
  return assumptions.map(({ code, message }) => `${code}: ${message}`).join('\n') || 'proven';
}

/** The function around the wait, with something before and after it. */
export const around = (before: string, after: string, parameters = ''): string =>
  `export async function f(${parameters}) { ${before} const t = ${wait}; ${after} return t; }`;

const head = (path: string): string =>
  path.endsWith('.cjs') ? "const fs = require('fs');\n" : "import fs from 'node:fs';\n";
