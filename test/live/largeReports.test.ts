import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startTarget } from './profilerTarget.ts';
import { record } from './recorderSupport.ts';

const functions = 24;
/** Of each finding, the longest blocks keep their stacks. */
const blocksOfEach = 24;
const depth = 50;

/** A program whose blocks have deep stacks of functions with long names, and that says when it has run through all. */
const program = `
const busy = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
const name = (at) => 'f' + at + '_' + 'n'.repeat(180);
const make = (at) => new Function('busy', 'return function ' + name(at) + '(left) { return left === 0 ? busy(12) : '
  + name(at) + '(left - 1); };' + '\\n//# sourceURL=file://' + __dirname + '/' + name(at) + '.js')(busy);
const all = Array.from({ length: ${String(functions)} }, (_, at) => make(at));
let round = 0;
const timer = setInterval(() => {
  all[round % all.length](${String(depth)});
  if (++round === all.length * ${String(blocksOfEach)}) { clearInterval(timer); console.log('done'); setInterval(() => {}, 1000); }
}, 16);
process.stdin.resume();
`;

it('delivers a last report of 20 MB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-large-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const deep = join(folder, ...Array.from({ length: 8 }, (_, at) => `${String(at)}${'d'.repeat(60)}`));
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'main.cjs'), program);
  const target = await startTarget(process.execPath, [join(deep, 'main.cjs')]);
  const { recorder, event } = record({ kind: 'address', address: target.webSocketUrl }, { thresholdMs: 5 });
  await event('attached');
  await target.output(/done/);
  recorder.stop();
  const { report } = await event('ended');
  expect(JSON.stringify(report).length).toBeGreaterThan(20_000_000);
});
