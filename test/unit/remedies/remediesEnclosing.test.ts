import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import { projectOf, type Files } from './spreadSupport.ts';
import { unmark } from './remediesSupport.ts';

/** The title of the best fix of the marked call with the files that it edits, or its refusal. */
function best(marked: Files): string {
  const [path] = Object.entries(marked).find(([, text]) => text.includes('«')) ?? [''];
  const { text, line, column } = unmark(marked[path] ?? '');
  const request = { path, position: { line, column }, kind: null, executorModule: 'x' } as const;
  const outcome = planFix({ path, text }, request, projectOf({ ...marked, [path]: text }));
  if (!outcome.ok) return `${outcome.error.code}: ${outcome.error.message}`;
  const files = new Set(outcome.value.edits.map((edit) => edit.path.replace('/p/', '')));
  return `${outcome.value.title} in ${[...files].sort().join(' ')}`;
}

const moved = 'Move rowsOf to a worker module: await toThread(rowsOf, …) in app.js lib.worker.js';
const app =
  "import { rowsOf } from './lib.js';\nexport const handle = async (text) => rowsOf(String(text)).length;\n";

describe('a call that cannot move by itself moves with the function around it', () => {
  it.each([
    [
      'csv-parse',
      "import { parse } from 'csv-parse/sync';\nexport function rowsOf(text) {\n  return «parse(text, { columns: true });\n}\n",
    ],
    [
      'js-yaml',
      "import yaml from 'js-yaml';\nexport const rowsOf = (text) => {\n  const all = «yaml.load(text);\n  return Object.keys(all);\n};\n",
    ],
    [
      'JSON',
      'export function rowsOf(text) {\n  let n = 0;\n  for (const row of «JSON.parse(text)) n += row.total;\n  return [n];\n}\n',
    ],
    [
      'in a callback',
      "import { parse } from 'csv-parse/sync';\nexport function rowsOf(text) {\n  return text.split('---').map((each) => «parse(each));\n}\n",
    ],
  ])('%s', (_, lib) => {
    expect(best({ '/p/lib.js': lib, '/p/app.js': app })).toBe(moved);
  });

  it('through several functions', () => {
    const lib =
      "import { parse } from 'csv-parse/sync';\nlet calls = 0;\nconst inner = (text) => { calls++; return «parse(text); };\n";
    // What counts its calls cannot move; nor can what calls it.
    expect(
      best({ '/p/lib.js': `${lib}export const rowsOf = (text) => inner(text);\n`, '/p/app.js': app }),
    ).toMatch(/^function-not-importable/);
    const pure =
      "import { parse } from 'csv-parse/sync';\nconst inner = (emit, text) => emit(«parse(text));\n";
    const around = 'export function rowsOf(text) {\n  return inner((rows) => rows.length, text);\n}\n';
    expect(best({ '/p/lib.js': pure + around, '/p/app.js': app })).toBe(moved);
  });

  it('the refusal names the places where the function is called in several', () => {
    const lib =
      "import { parse } from 'csv-parse/sync';\nexport function rowsOf(text) {\n  return «parse(text);\n}\n";
    const more =
      "\nimport { rowsOf } from './lib.js';\nexport const other = async (text) => rowsOf(String(text));\n";
    const said = best({ '/p/lib.js': lib, '/p/app.js': app, '/p/more.js': more });
    expect(said).toMatch(
      /^function-not-importable: .*rowsOf\(\) around it can move .*fix app\.js:2, more\.js:3\.$/,
    );
  });

  it.each([
    [
      'the function only registers what makes it',
      "import { parse } from 'csv-parse/sync';\nexport function rowsOf(app) {\n  app.get('/a', (text) => «parse(text));\n}\n",
    ],
    [
      'nothing calls the function',
      "import { parse } from 'csv-parse/sync';\nexport function other(text) {\n  return «parse(text);\n}\n",
    ],
    [
      'the function uses a connection',
      "import Database from 'better-sqlite3';\nconst db = new Database('x');\nexport function rowsOf(text) {\n  return «db.prepare(text).all();\n}\n",
    ],
  ])('not where %s', (_, lib) => {
    expect(best({ '/p/lib.js': lib, '/p/app.js': app })).toMatch(
      /^[a-z-]+: (?!.*can move to a worker where)/,
    );
  });
});

describe('a function of the project is not unknown', () => {
  it.each([
    [
      'imported',
      "import { rowsOf } from './lib.js';\nexport const a = async (text, emit) => «rowsOf(text, emit);\n",
    ],
    [
      'imported as a whole',
      "import * as lib from './lib.js';\nexport const a = async (text, emit) => «lib.rowsOf(text, emit);\n",
    ],
    [
      'of the file',
      'let n = 0;\nfunction rowsOf(text) { n++; return text; }\nexport const a = async (text) => «rowsOf(text);\n',
    ],
    ['nested', 'export async function a(text) { const rowsOf = (x) => x + text; return «rowsOf(1); }\n'],
    [
      'a method',
      'class Table { count = 0; rowsOf(x) { this.count++; return x; } async run() { return «this.rowsOf(1); } }\nnew Table().run();\n',
    ],
  ])('%s', (_, text) => {
    const lib = 'let n = 0;\nexport function rowsOf(text, emit) { n++; return emit(text); }\n';
    const { text: plain, line, column } = unmark(text);
    const request = { path: '/p/app.js', position: { line, column }, executorModule: 'x' } as const;
    const project = projectOf({ '/p/app.js': plain, '/p/lib.js': lib });
    for (const kind of ['async', 'thread'] as const) {
      const outcome = planFix({ path: '/p/app.js', text: plain }, { ...request, kind }, project);
      expect(outcome.ok ? '' : outcome.error.message).toMatch(/rowsOf\(\) is a function of this project/);
    }
  });
});
