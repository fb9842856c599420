// npm run cases -- <folder…>: runs small programs on which a fix or a report can go wrong, and prints a table.
// A folder is a case or holds cases. case.json makes it a fix case: every remedy in `expect` is applied behind /*FIX*/,
// compiled, run, and its trace compared (docs/cases.md). expected.json makes it a report case.
// Options: --only REGEX  --remedies async,thread,extract  --nodes PATH:PATH  --work DIR  --details  --json FILE
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runFixCase } from './cases/fixCase.mjs';
import { runReportCase } from './cases/reportCase.mjs';
import { cli, prepareWorkspace, root } from './cases/workspace.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    remedies: { type: 'string', default: 'async,thread,executor,extract' },
    nodes: { type: 'string', default: process.env.OFFLOOP_NODES || process.execPath },
    work: { type: 'string' },
    json: { type: 'string' },
    details: { type: 'boolean', default: false },
  },
});

const jsonOf = (folder, name) => {
  const path = join(folder, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
};

/** The case that a folder is, or those right below it. */
function casesIn(folder) {
  const own = {
    from: folder,
    name: basename(folder),
    fix: jsonOf(folder, 'case.json'),
    report: jsonOf(folder, 'expected.json'),
  };
  if (own.fix !== null || own.report !== null) return [own];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .map((from) => ({
      from,
      name: basename(from),
      fix: jsonOf(from, 'case.json'),
      report: jsonOf(from, 'expected.json'),
    }))
    .filter(({ fix, report }) => fix !== null || report !== null);
}

function* rowsToRun(cases, work) {
  const nodes = options.nodes.split(delimiter).filter((each) => each !== '');
  const shared = { work, nodes, kinds: options.remedies.split(',') };
  for (const { from, name, fix, report } of cases) {
    if (fix !== null) yield runFixCase({ ...shared, from, name, meta: fix });
    if (report !== null) yield runReportCase({ ...shared, from, name, meta: report });
  }
}

function printRow({ name, what, expected, good, verdict, level, code, assumptions, note }) {
  const outcome = level === undefined ? verdict : `${level} ${verdict}`;
  const words = [code, note, ...(assumptions ?? [])]
    .filter((each) => each !== undefined && each !== '')
    .join(' | ');
  console.log(
    `${good ? '✓' : '✗'} ${name.padEnd(34)} ${what.padEnd(18)} ${expected.padEnd(7)} ${outcome.padEnd(16)} ${options.details || !good ? words : ''}`.trimEnd(),
  );
}

async function main() {
  if (!existsSync(cli)) throw new Error('dist/cli.js does not exist: run npm run build first.');
  const folders = positionals.length > 0 ? positionals : [join(root, 'test/fixtures/cases')];
  const cases = folders
    .flatMap((each) => casesIn(resolve(each)))
    .filter(({ name }) => new RegExp(options.only).test(name));
  if (cases.length === 0) throw new Error(`No cases in ${folders.join(', ')}.`);
  const work = resolve(options.work ?? join(tmpdir(), `offloop-cases-${process.pid}`));
  prepareWorkspace(work);
  mkdirSync(work, { recursive: true });
  const rows = [];
  try {
    for (const pending of rowsToRun(cases, work)) {
      for (const row of await pending) {
        printRow(row);
        rows.push(row);
      }
    }
  } finally {
    if (options.work === undefined) rmSync(work, { recursive: true, force: true });
  }
  const wrong = rows.filter(({ good }) => !good);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(rows, null, 1));
  console.log(`${rows.length - wrong.length} right, ${wrong.length} wrong`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

await main();
