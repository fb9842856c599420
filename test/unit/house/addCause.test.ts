import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../../..');
/** What the checks of a cause read. */
const copied = ['src', 'media', 'docs', 'schema', 'scripts', 'test/unit', 'test/fixtures/profiles'].concat([
  'tsconfig.json',
  'vitest.config.mts',
  '.prettierrc.json',
  'package.json',
]);

const id = 'toy-lock';

const sentence = `  '${id}': 'The loop waits for a toy.',\n`;

/** What rules have in common, as a rule sees it. */
const shared = '../causeRule.ts';

const rule = `import { nativeLeaf, type CauseRule } from '${shared}';

/** Waiting for a toy. */
export const toyLock: CauseRule = {
  cause: '${id}',
  applies: (path) => nativeLeaf(path)?.functionName === 'waitForToy',
};
`;

const page = `# Toy (\`${id}\`)

Another process holds the toy.

## How to see it

The stack ends in \`waitForToy\`.

## What to do

Share.

## When not to move it

When it is your own.
`;

const test = `import { expect, it } from 'vitest';
import { inWork, native, siteOf } from './callSitesSupport.ts';

it('a call that waits for a toy says so', () => {
  const work = inWork('function work() {\\n  waitForToy();\\n}', 'waitForToy', { waitForToy: native });
  expect(siteOf(work)).toBe('${id} waitForToy 2:3 call');
});
`;

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'offloop-add-'));
  await Promise.all(
    copied.map((path) => cp(join(repository, path), join(scratch, path), { recursive: true })),
  );
  await symlink(join(repository, 'node_modules'), join(scratch, 'node_modules'), 'junction');
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** The files that the table of CONTRIBUTING.md names for something to add, in its order. */
async function placesOf(what: string): Promise<readonly string[]> {
  const text = await readFile(join(repository, 'CONTRIBUTING.md'), 'utf8');
  const row = text.split('\n').find((line) => line.startsWith(`| ${what} |`)) ?? '';
  return [...row.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
}

const inScratch = async (...args: readonly string[]): Promise<string> => {
  try {
    return (await run(process.execPath, args, { cwd: scratch, env: { ...process.env, NO_COLOR: '1' } }))
      .stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`node ${args.join(' ')}:\n${stdout}\n${stderr}`, { cause: error });
  }
};

it('a cause is added in the three places that the table names, and passes types and tests', async () => {
  const places = await placesOf('a cause');
  expect(places).toEqual([
    'src/wording/causeTexts.ts',
    'src/analysis/causes/<family>/<id>.ts',
    'docs/causes/<id>.md',
  ]);
  const texts = join(scratch, 'src/wording/causeTexts.ts');
  await writeFile(texts, (await readFile(texts, 'utf8')).replace("  'native-addon'", `${sentence}$&`));
  await writeFile(join(scratch, 'src/analysis/causes/waiting/toyLock.ts'), rule);
  await writeFile(join(scratch, `docs/causes/${id}.md`), page);
  await writeFile(join(scratch, 'test/unit/analysis/toyLock.test.ts'), test);

  await expect(inScratch('scripts/generate.mjs', '--check')).rejects.toThrow('Run `npm run generate`');
  await inScratch('scripts/generate.mjs');
  await writeFile(
    join(scratch, 'tsconfig.toy.json'),
    JSON.stringify({ extends: './tsconfig.json', include: ['src', 'media'] }),
  );
  const tools = 'node_modules';
  await inScratch(
    `${tools}/typescript/bin/tsc`,
    '-p',
    'tsconfig.toy.json',
    '--lib',
    'ES2023,ESNext.Disposable,DOM,DOM.Iterable',
  );
  const tests = ['analysis/toyLock', 'analysis/moduleLoad', 'wording', 'report', 'terminal/terminalReport'];
  const vitest = [`${tools}/vitest/vitest.mjs`, 'run', '--project', 'unit', '--reporter', 'json'];
  const report = JSON.parse(await inScratch(...vitest, ...tests.map((path) => `test/unit/${path}`))) as {
    readonly success: boolean;
    readonly numPassedTests: number;
    readonly numTotalTests: number;
  };
  expect(report).toMatchObject({ success: true, numPassedTests: report.numTotalTests });
  expect(report.numTotalTests).toBeGreaterThan(50);
}, 180_000);

it.each(['a cause', 'a refusal', 'an assumption of a fix', 'a remedy', 'an API to the catalog'])(
  'the places for %s exist',
  async (what) => {
    const places = (await placesOf(what)).filter((path) => path.includes('/') && !path.includes('<'));
    expect(places.length).toBeGreaterThan(0);
    await Promise.all(places.map((path) => readFile(join(repository, path)).catch(onlyFolder)));
  },
);

/** A place may be a folder. */
function onlyFolder(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
}
