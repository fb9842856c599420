import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contextPrograms } from './fixContextPrograms.ts';
import type { ContextProgram } from './fixContextPrograms.ts';
import { fixIn, makeProject, run, someNodes } from './fixProject.ts';
import type { Project } from './fixProject.ts';

async function projectOf({ text, dependencies }: ContextProgram): Promise<Project> {
  const project = await makeProject({
    'package.json': JSON.stringify({ private: true, dependencies }),
    'main.js': text.replace('«', ''),
  });
  await mkdir(join(project.root, 'd', 'e'), { recursive: true });
  await writeFile(join(project.root, 'd', 'e', 'c.txt'), 'c');
  return project;
}

/** What a program prints in a folder that is as the program expects it. */
async function printedBy(node: string, { root }: Project): Promise<string> {
  for (const [name, text] of Object.entries({ 'a.txt': 'A', 'b.txt': 'BB', 'n.json': '1' }))
    await writeFile(join(root, name), text);
  return run(node, root, 'main.js');
}

it.each(contextPrograms)('The fix of a call in $what keeps what the program prints', async (program) => {
  await using project = await projectOf(program);
  // One after the other: the programs write into their folder.
  const before: string[] = [];
  for (const node of someNodes) before.push(await printedBy(node, project));
  expect(before[0]).not.toBe('');
  const line = program.text.slice(0, program.text.indexOf('«')).split('\n').length;
  const column = program.text.split('\n')[line - 1]?.indexOf('«') ?? 0;
  const { json } = await fixIn(project, 'main.js', line, 'async', null, column + 1);
  expect(json.refusal).toBeNull();
  expect(json.edits[0]?.after).toMatch(program.after);
  const codes = json.assumptions.map(({ code }) => code);
  if (program.assumes === null) expect(codes).toEqual([]);
  else expect(codes).toContain(program.assumes);
  for (const [index, node] of someNodes.entries()) expect(await printedBy(node, project)).toBe(before[index]);
});
