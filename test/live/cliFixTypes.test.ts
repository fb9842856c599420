import { mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FixJson } from '../../src/fixes/fixJson.ts';
import { runCli } from './cliSupport.ts';
import { makeProject } from './fixProject.ts';
import type { Project } from './fixProject.ts';

const store = `import { readFileSync } from 'node:fs';
class Store {
  text(path: string): string {
    return readFileSync(path, 'utf8');
  }
}
`;
const main = (rest: string): string => `${store}async function main(): Promise<void> {
  const store = new Store();
  console.log(store.text('package.json').length);
${rest}}
void main();
`;
const config = {
  compilerOptions: { strict: true, noEmit: true, target: 'ES2022', module: 'NodeNext', types: ['node'] },
  include: ['*.ts'],
};

/** A project with a compiler and Node's types of its own. */
async function newTyped(text: string): Promise<Project> {
  const project = await makeProject({
    'app.ts': text,
    'package.json': '{ "name": "app", "type": "module" }',
    'tsconfig.json': JSON.stringify(config),
  });
  await mkdir(join(project.root, 'node_modules'));
  for (const name of ['typescript', '@types', 'undici-types'])
    await symlink(resolve('node_modules', name), join(project.root, 'node_modules', name));
  return project;
}

const fix = ({ root }: Project) =>
  runCli(['fix', '--root', root, `${join(root, 'app.ts')}:4`, '--with', 'async', '--write', '--json', '-']);

describe('a fix after which the project does not compile', () => {
  it.each([
    [
      'where a class has to fit a type',
      `  const kindOf = (source: Record<'text', (path: string) => string>): string => typeof source;
  console.log(kindOf(store));
`,
      'not assignable',
    ],
    [
      'where a type is made of the class',
      `  const text: Store extends Record<'text', (path: string) => infer Text> ? Text : never = 'a';
  console.log(text);
`,
      'not assignable',
    ],
  ])('is refused with the place of the error: %s', async (_, rest, words) => {
    const text = main(rest);
    await using project = await newTyped(text);
    const files = await readdir(project.root);
    const { code, stdout, stderr } = await fix(project);
    const json = JSON.parse(stdout) as FixJson;
    expect([code, json.applied, json.edits]).toEqual([5, false, []]);
    expect(json.refusal).toMatchObject({ code: 'does-not-compile', file: 'app.ts', line: 4 });
    expect(json.refusal?.message).toMatch(/^After this fix, TypeScript would report at app\.ts:\d+:\d+: /);
    expect(json.refusal?.message).toContain(words);
    expect(json.refusal?.message).not.toMatch(/\s{2}/);
    expect(stderr).toMatch(/\(does-not-compile, app\.ts:4:\d+\) Nothing was written\./);
    expect(await readFile(join(project.root, 'app.ts'), 'utf8')).toBe(text);
    expect(await readdir(project.root)).toEqual(files);
  });

  it('but is written where it compiles, and the JSON says that it was checked', async () => {
    await using project = await newTyped(main(''));
    const { code, stdout } = await fix(project);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { applied: true, typeChecked: true }]);
    expect(await readFile(join(project.root, 'app.ts'), 'utf8')).toContain(
      "(await store.text('package.json'))",
    );
  });
});
