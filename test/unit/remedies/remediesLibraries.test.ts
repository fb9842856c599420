import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import { projectOf, type Files } from './spreadSupport.ts';
import { unmark } from './remediesSupport.ts';

/** Whether moving the marked call to a worker assumes that a package is the same there. */
function differs(marked: Files, dependencies: Readonly<Record<string, string>>): boolean {
  const { text, line, column } = unmark(marked['/p/app.js'] ?? '');
  const request = {
    path: '/p/app.js',
    position: { line, column },
    kind: 'extract',
    executorModule: 'x',
  } as const;
  const project = projectOf({ ...marked, '/p/app.js': text }, dependencies);
  const outcome = planFix({ path: '/p/app.js', text }, request, project);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value.assumptions.some(({ code }) => code === 'worker-differs');
}

const app = "import { rows } from './lib.js';\nexport const run = async (n) => «rows(String(n));\n";
const uses = (head: string, call: string): string =>
  `${head}\nexport function rows(text) {\n  return ${call}.length;\n}\n`;
const csv = uses("import { parse } from 'csv-parse/sync';", 'parse(text, { columns: true })');

describe('a package that nobody sets up is the same in a worker', () => {
  it.each([
    ['csv-parse', csv],
    ['csv-parse', uses("import { parse as read } from 'csv-parse/sync';", 'read(text, {})')],
    ['js-yaml', uses("import yaml from 'js-yaml';", 'yaml.load(text)')],
    ['js-yaml', uses("import * as yaml from 'js-yaml';", 'yaml.load(text)')],
    ['marked', uses("import { marked } from 'marked';", 'marked.parse(text)')],
    ['@acme/format', uses("import { formatTable } from '@acme/format';", 'formatTable(text)')],
  ])('%s', (name, lib) => {
    const other = `${lib.split('\n')[0] ?? ''}\nexport const more = () => 1;\n`;
    const files = { '/p/app.js': app, '/p/lib.js': lib, '/p/other.js': other };
    expect(differs(files, { [name]: '^1.0.0', express: '^5.0.0' })).toBe(false);
  });

  const dependencies = { 'csv-parse': '^1.0.0' };
  it.each([
    [
      'sets it up in a function',
      "import csv from 'csv-parse/sync';\nexport function start() { csv.use(plugin); }\n",
    ],
    [
      'writes a property',
      "import * as csv from 'csv-parse/sync';\nexport const start = () => { csv.defaults.columns = 1; };\n",
    ],
    ['hands it on', "import csv from 'csv-parse';\nextend(csv);\n"],
    ['gives it another name', "import * as csv from 'csv-parse';\nconst c = csv;\nc.use(1);\n"],
    ['passes it on', "import { parse } from 'csv-parse';\nexport { parse };\n"],
    ['exports all of it', "export * from 'csv-parse';\n"],
    ['loads it to set something up', "import 'csv-parse/register';\n"],
    ['loads it later', "export const later = async () => (await import('csv-parse')).use(1);\n"],
    ['requires it in a function', "export const later = () => require('csv-parse').use(1);\n"],
    ['replaces it', "mock('csv-parse/sync', () => ({}));\n"],
  ])('not where a file %s', (_, other) => {
    expect(differs({ '/p/app.js': app, '/p/lib.js': csv, '/p/other.js': other }, dependencies)).toBe(true);
  });

  it.each([
    ['is a package of the repository', { 'csv-parse': 'workspace:*' }],
    ['is not among the dependencies', {}],
    ['is extended by another package', { ...dependencies, 'csv-parse-plugin': '1' }],
    ['may be replaced by a tracer', { ...dependencies, '@opentelemetry/sdk-node': '1' }],
  ])('not where it %s', (_, given: Readonly<Record<string, string>>) => {
    expect(differs({ '/p/app.js': app, '/p/lib.js': csv }, given)).toBe(true);
  });

  it.each([
    ['counts', uses("import { uniqueId } from 'lodash';", 'uniqueId(text)')],
    ['has a current user', uses("import session from 'lodash';", 'session.get(text)')],
    ['is a constant', uses("import { version } from 'lodash';", 'version')],
  ])('not a function that may keep something: %s', (_, lib) => {
    expect(differs({ '/p/app.js': app, '/p/lib.js': lib }, { lodash: '^4.0.0' })).toBe(true);
  });
});
