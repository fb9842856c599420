// How well the product names the calls that make published programs block, which nobody here wrote: servers, tools and
// workers from npm at pinned versions, with requests that make them block, and healthy ones in which nothing does.
//   npm run bench -- real [--programs json-server,tiddlywiki --nodes 20,24 --ways attach,run --verbose
//                          --labels (measures the labels with a clock, without the product) --keep FOLDER (of reports)
//                          --reports FOLDER (scores kept reports again, without recording)]
// What is known of each program stands in bench/real/programs/<name>/label.json: the call that a fix would change, found
// by reading the source and by a clock around the call. The command line is used as it was built last: npm run build.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkLabels } from './real/checkLabels.ts';
import { install, prepare } from './real/install.ts';
import { printMisses, printTotals, rowOf, type ScoredRun } from './real/printScores.ts';
import { loadPrograms, type RealProgram } from './real/realProgram.ts';
import { recordProgram, ways, type RealRun, type Way } from './real/record.ts';
import { scoreRun } from './real/score.ts';
import { describeMachine } from './support/machine.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    nodes: { type: 'string', default: '20,24' },
    ways: { type: 'string', default: ways.join(',') },
    labels: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    keep: { type: 'string' },
    reports: { type: 'string' },
  },
});

const listOf = (text: string): readonly string[] => text.split(',').filter((word) => word !== '');
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 3).join(' ').slice(0, 300);

const all = await loadPrograms();
const names = listOf(values.programs);
const unknown = names.filter((name) => !all.some((program) => program.name === name));
if (unknown.length > 0) throw new Error(`No such program: ${unknown.join(', ')}.`);
const chosen = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
const nodes = (process.env['OFFLOOP_NODES'] ?? process.execPath).split(delimiter).flatMap((node) => {
  const line = /[/\\](\d+)[/\\]/.exec(node)?.[1] ?? process.versions.node;
  return listOf(values.nodes).includes(line) ? [{ node, line }] : [];
});
if (nodes.length === 0) throw new Error(`None of the Node lines ${values.nodes} is here.`);

async function printLabels(program: RealProgram, folder: string, node: string, line: string): Promise<void> {
  await prepare(program, folder, node);
  const { labels, unexplained, wrong } = await checkLabels(program, folder, node);
  for (const { label, delays, longestMs, share } of labels)
    console.log(
      `${program.name.padEnd(14)} Node ${line} ${label.request.padEnd(14)} ${String(delays).padStart(3)} delays, longest ${longestMs.toFixed(0).padStart(5)} ms, ${(100 * share).toFixed(0).padStart(3)} % in ${label.callee} at ${label.file}:${String(label.line)}`,
    );
  if (labels.length === 0 && unexplained.length === 0)
    console.log(`${program.name.padEnd(14)} Node ${line} no delay`);
  for (const { request, ms } of unexplained)
    console.log(
      `${program.name.padEnd(14)} Node ${line} ${request}: ${ms.toFixed(0)} ms in no labelled call`,
    );
  for (const each of wrong) console.log(`${program.name.padEnd(14)} Node ${line} WRONG: ${each}`);
}

const keptName = ({ name }: RealProgram, line: string, way: Way): string => `${name}-${line}-${way}.json`;

async function runOf(
  program: RealProgram,
  folder: string,
  node: string,
  line: string,
  way: Way,
): Promise<RealRun> {
  if (values.reports !== undefined)
    return JSON.parse(await readFile(join(values.reports, keptName(program, line, way)), 'utf8')) as RealRun;
  await prepare(program, folder, node);
  const run = await recordProgram(program, folder, node, way);
  if (values.keep !== undefined) {
    await mkdir(values.keep, { recursive: true });
    await writeFile(join(values.keep, keptName(program, line, way)), JSON.stringify(run));
  }
  return run;
}

console.log(describeMachine());
const scored: ScoredRun[] = [];
const failed: string[] = [];
for (const program of chosen) {
  let folder = '';
  try {
    if (values.reports === undefined) folder = await install(program);
  } catch (error) {
    failed.push(`${program.name}: NOT INSTALLED: ${reasonOf(error)}`);
    console.log(failed.at(-1));
    continue;
  }
  for (const { node, line } of nodes) {
    for (const way of values.labels ? [ways[0]] : (listOf(values.ways) as readonly Way[])) {
      try {
        if (values.labels) {
          await printLabels(program, folder, node, line);
          continue;
        }
        const run = await runOf(program, folder, node, line, way);
        const result = { program, line, way, wrong: run.wrong, score: scoreRun(program, run) };
        scored.push(result);
        console.log(rowOf(result));
        if (values.verbose)
          for (const { label, said } of result.score.labels)
            console.log(`    ${label.request}: ${said.join('\n        ')}`);
      } catch (error) {
        failed.push(`${program.name}, Node ${line}, ${way}: DID NOT RUN: ${reasonOf(error)}`);
        console.log(failed.at(-1));
      }
    }
  }
}
if (!values.labels) {
  printMisses(scored);
  printTotals(scored, chosen.length);
}
for (const each of failed) console.log(each);
if (failed.length > 0) process.exitCode = 1;
