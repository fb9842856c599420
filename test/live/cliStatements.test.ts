import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { cliProgram, runCli } from './cliSupport.ts';
import { majorOf, nodes } from './profilerTarget.ts';

const program = cliProgram('statement.cjs');

/** A folder whose npm script starts the program on a Node executable. */
async function withScript(node: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { start: `${node} ${program}` } }));
  return folder;
}

/** How the program is started; Node 20 has no database of its own. */
const ways: readonly (readonly [string, (node: string) => Promise<readonly string[]> | readonly string[]])[] =
  [
    ['by itself', (node) => [node, program]],
    ['with a statement that is prepared late', (node) => [node, program, 'late']],
    ['by npm start', async (node) => ['npm', 'start', '--prefix', await withScript(node)]],
    ['by a watcher', (node) => [node, '--watch', program, 'runs-on']],
    ['as the worker of a cluster', (node) => [node, program, 'cluster']],
  ];

it.each(
  nodes
    .filter((node) => majorOf(node) >= 22)
    .flatMap((node) => ways.map(([name, command]) => ({ node, name, command }))),
)(
  'run names a call of a database that the program loads itself: $name, $node',
  { timeout: 60_000 },
  async (each) => {
    const command = await each.command(each.node);
    const { stdout, stderr } = await runCli([
      'run',
      '--duration',
      '4s',
      '--json',
      '-',
      '--root',
      dirname(program),
      '--',
      ...command,
    ]);
    const { findings } = JSON.parse(stdout) as Report;
    const said = findings.map(
      ({ cause, callSite, count }) => `${cause} ${String(callSite?.callee)} ${String(count)}`,
    );
    const [first] = findings.filter(({ callSite }) => callSite !== null);
    expect(first, `${said.join(', ')} ${stderr}`).toMatchObject({
      cause: 'database',
      callSite: { function: 'countRows', callee: 'get', line: 13 },
    });
  },
);
