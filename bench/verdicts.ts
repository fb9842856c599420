// What is said of findings after a restart, by what became of the code meanwhile. Without a change, and after one that
// changes no times, the right answers are "same" and "cannot tell"; after a fix it is "gone".
//   npm run bench -- verdicts [--restarts 200 --nodes 20 --seconds 3]
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { compareReports, type ComparedFinding } from '../src/investigation/verdicts/compareReports.ts';
import type { Verdict } from '../src/investigation/verdicts/judgeFinding.ts';
import type { Report, ReportFinding } from '../src/report/report.ts';
import { describeMachine } from './support/machine.ts';

const { values } = parseArgs({
  options: {
    restarts: { type: 'string', default: '200' },
    nodes: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '3' },
  },
});

const works = ['keys.mjs', 'totals.mjs', 'primes.mjs'];
const verdicts: readonly Verdict[] = ['gone', 'faster', 'same', 'slower', 'new', 'cannot-tell'];
const unmoved: readonly Verdict[] = ['same', 'cannot-tell'];

/** What happens to the code before the second recording, and what may be said of the findings then. */
interface Change {
  readonly title: string;
  readonly share: number;
  readonly right: readonly Verdict[];
  readonly edit: (file: string, text: string) => Promise<void>;
}

const changes: readonly Change[] = [
  { title: 'nothing', share: 0.4, right: unmoved, edit: () => Promise.resolve() },
  {
    title: 'saved as it was',
    share: 0.2,
    right: unmoved,
    edit: (file) => utimes(file, new Date(), new Date()),
  },
  {
    title: 'a function added',
    share: 0.2,
    right: unmoved,
    edit: (file, text) => writeFile(file, `export const unused = () => 1;\n\n${text}`),
  },
  {
    title: 'edited, as slow as before',
    share: 0.2,
    right: unmoved,
    edit: (file, text) =>
      writeFile(file, text.replace(/\(size\) \{\n/, '(size) {\n  void size.toFixed(1);\n')),
  },
  {
    title: 'fixed',
    share: 0.1,
    right: ['gone'],
    edit: (file, text) => writeFile(file, text.replace(/\(size\) \{\n/, '(size) {\n  size /= 100;\n')),
  },
];

const run = promisify(execFile);

/** Records the program from its start to its end, by the command that users have. */
async function record(node: string, folder: string): Promise<Report> {
  const json = join(folder, 'report.json');
  const program = [node, join(folder, 'verdictApp.mjs'), String(Number(values.seconds) * 1000)];
  const args = ['dist/cli.js', 'run', '--quiet', '--root', folder, '--json', json, '--', ...program];
  await run(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } });
  return JSON.parse(await readFile(json, 'utf8')) as Report;
}

/** The findings in the code that is changed, of a program recorded before and after. */
async function restart(node: string, change: Change): Promise<readonly ComparedFinding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-verdicts-'));
  try {
    await cp('bench/targets/verdictApp.mjs', join(folder, 'verdictApp.mjs'));
    await cp('bench/targets/verdictWork', join(folder, 'verdictWork'), { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const before = await record(node, folder);
    for (const work of works) {
      const file = join(folder, 'verdictWork', work);
      await change.edit(file, await readFile(file, 'utf8'));
    }
    const compared = compareReports(before, await record(node, folder)).findings;
    return compared.filter((finding) => works.some((work) => fileOf(finding).endsWith(work)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const lengths = (finding: ReportFinding | null): string =>
  finding === null ? 'none' : `${String(finding.count)} × up to ${String(finding.maxMs)} ms`;
const fileOf = ({ before, after }: ComparedFinding): string => (before ?? after)?.callSite?.file ?? '';

console.log(describeMachine());
console.log(
  `node change                      restarts  ${verdicts.map((verdict) => verdict.padStart(11)).join(' ')}   wrong`,
);
const wanted = values.nodes.split(',');
for (const node of (process.env['OFFLOOP_NODES'] ?? process.execPath).split(delimiter)) {
  const line = /[/\\](\d+)[/\\]/.exec(node)?.[1] ?? node;
  if (!wanted.includes(line)) continue;
  for (const change of changes) {
    const restarts = Math.max(1, Math.round(Number(values.restarts) * change.share));
    const found: ComparedFinding[] = [];
    for (let count = 0; count < restarts; count += 1) found.push(...(await restart(node, change)));
    const counts = verdicts.map((verdict) => found.filter((finding) => finding.verdict === verdict).length);
    const wrong = found.filter(({ verdict }) => !change.right.includes(verdict));
    console.log(
      `${line.padEnd(4)} ${change.title.padEnd(27)} ${String(restarts).padStart(8)}  ${counts.map((count) => String(count).padStart(11)).join(' ')}   ${String(wrong.length)} of ${String(found.length)}`,
    );
    for (const { verdict, before, after } of wrong) {
      const { function: name } = (before ?? after)?.callSite ?? { function: '-' };
      console.log(`       ${verdict} ${name}: ${lengths(before)} → ${lengths(after)}`);
    }
  }
}
