import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { applyEdits, planFix } from '../../src/remedies/planRemedies.ts';
import { makeProject, someNodes } from './fixProject.ts';
import { ProgramWriter } from './fixGenerated.ts';

/** Programs per Node line; more of them are asked for by hand. */
const programs = Number(process.env['OFFLOOP_PROGRAMS'] ?? 100);

/** Runs every program and prints its value and its trace, one line of JSON each. */
const driver = `const [count] = process.argv.slice(2).map(Number);
const answerOf = async (name) => {
  const { main, trace } = await import('./' + name);
  const values = [];
  for (const n of [0, 3]) values.push(await main(n).catch(String));
  return JSON.stringify({ values, trace });
};
for (let seed = 0; seed < count; seed++) {
  for (const name of ['before' + seed + '.mjs', 'after' + seed + '.mjs']) {
    const answer = await answerOf(name).catch((error) => (error.code === 'ERR_MODULE_NOT_FOUND' ? null : String(error)));
    if (answer !== null) console.log(name + ' ' + answer);
  }
}
`;

/** The program after the fix; null when it is refused. */
function fixedText(path: string, text: string): string | null {
  const at = text.slice(0, text.indexOf('fs.readFileSync(')).split('\n');
  const position = { line: at.length - 1, column: at.at(-1)?.length ?? 0 };
  const project = {
    read: (each: string) => (each === path ? { path, text } : undefined),
    files: () => [path],
    esm: true,
    dependencies: {},
  };
  const request = { path, position, kind: 'async', executorModule: '@offloop/executor' } as const;
  const outcome = planFix({ path, text }, request, project);
  return outcome.ok ? applyEdits(text, outcome.value.edits) : null;
}

/** Writes each program that can be fixed as it was and as it is after; answers with how many these are. */
async function writePairs(root: string): Promise<number> {
  let offered = 0;
  for (let seed = 0; seed < programs; seed++) {
    const path = join(root, `before${String(seed)}.mjs`);
    const before = new ProgramWriter(seed).write();
    const after = fixedText(path, before);
    if (after === null) continue;
    offered += 1;
    await writeFile(path, before);
    await writeFile(join(root, `after${String(seed)}.mjs`), after);
  }
  return offered;
}

/** What each program answered, by its file name. */
async function answersOn(node: string, cwd: string): Promise<ReadonlyMap<string, string>> {
  const args = ['driver.mjs', String(programs)];
  const { stdout } = await promisify(execFile)(node, args, { cwd, maxBuffer: 2 ** 28, timeout: 300_000 });
  const lines = stdout.trim().split('\n');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' '))]));
}

test(
  'Generated programs give the same values in the same order after the fix',
  { timeout: 600_000 },
  async () => {
    await using project = await makeProject({ 'driver.mjs': driver });
    const offered = await writePairs(project.root);
    expect(offered).toBeGreaterThan(programs / 2);
    for (const node of someNodes) {
      const answers = await answersOn(node, project.root);
      const wrong = [...answers].filter(
        ([name, answer]) =>
          name.startsWith('after') && answer !== answers.get(name.replace('after', 'before')),
      );
      expect(wrong).toEqual([]);
      expect(answers.size).toBe(offered * 2);
    }
  },
);
