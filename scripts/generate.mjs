// npm run generate: writes what follows from the tables, so that nobody repeats it by hand: the ids of causes and the codes
// of refusals as types, the list of the causes' rules, and the closed sets in the JSON schemas.
// With --check nothing is written; what is out of date is named, and the exit code is 1.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format } from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));
const options = JSON.parse(await readFile(join(root, '.prettierrc.json'), 'utf8'));

/** The exports of a TypeScript file of tables. */
async function tablesOf(path) {
  const built = await build({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  return import(
    `data:text/javascript;base64,${Buffer.from(built.outputFiles[0].contents).toString('base64')}`
  );
}

const typeScript = (path, from, text) =>
  format(`// Written by \`npm run generate\` from ${from}: change that.\n${text}`, {
    ...options,
    parser: 'typescript',
  }).then((formatted) => [path, formatted]);

const listed = (values) => values.map((value) => `'${value}',`).join('\n');

const camel = (id) => id.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

const rulesFolder = 'src/analysis/causes';

/** Where the rule of each cause is, by its name: `childProcess` → `./waiting/childProcess.ts`. */
async function ruleFiles() {
  const files = await readdir(join(root, rulesFolder), { recursive: true });
  return new Map(files.map((file) => [basename(file, '.ts'), `./${file.replaceAll('\\', '/')}`]));
}

/** The rules that there are, in the order of the table; a cause that no rule decides has no file. */
function causeRules(causes, files) {
  const names = causes.map(camel).filter((name) => files.has(name));
  return [
    `import type { CauseRule } from './causeRule.ts';`,
    ...[...names].sort().map((name) => `import { ${name} } from '${files.get(name)}';`),
    '',
    `/** The rules of the causes, in order of precedence: the first that applies decides. */`,
    `export const causeRules: readonly CauseRule[] = [${names.join(', ')}];`,
  ].join('\n');
}

/** A schema with the values of its closed sets replaced: `sets` gives them by the name of the definition. */
async function schema(path, sets) {
  const value = JSON.parse(await readFile(join(root, path), 'utf8'));
  for (const [name, values] of Object.entries(sets)) value.definitions[name].enum = values;
  return [path, `${JSON.stringify(value, null, 2)}\n`];
}

async function generated() {
  const { causeTexts } = await tablesOf('src/wording/causeTexts.ts');
  const { refusalAdvice } = await tablesOf('src/wording/refusalAdvice.ts');
  const { remedyTitles } = await tablesOf('src/report/remedyKind.ts');
  const [causes, codes, kinds] = [causeTexts, refusalAdvice, remedyTitles].map(Object.keys);
  return Promise.all([
    typeScript(
      'src/report/cause.ts',
      'src/wording/causeTexts.ts',
      `
/** Why a part of a block kept the loop busy: the mechanism of its leaf. Stable ids, in the order of the decision table. */
export const causes = [${listed(causes)}] as const;

export type Cause = (typeof causes)[number];`,
    ),
    typeScript(
      'src/report/refusalCode.ts',
      'src/wording/refusalAdvice.ts',
      `
/** Why a remedy is not safe. The codes appear in JSON, so that none is ever renamed. */
export type RefusalCode = ${codes.map((code) => `| '${code}'`).join('\n')};`,
    ),
    typeScript(
      `${rulesFolder}/causeRules.ts`,
      'the files in the folders here',
      causeRules(causes, await ruleFiles()),
    ),
    schema('schema/report.schema.json', { cause: causes, remedyKind: kinds }),
    schema('schema/fix.schema.json', { remedyKind: kinds }),
  ]);
}

const isCheck = process.argv.includes('--check');
const stale = [];
for (const [path, text] of await generated()) {
  const old = await readFile(join(root, path), 'utf8').catch(() => null);
  if (old === text) continue;
  stale.push(path);
  if (!isCheck) await writeFile(join(root, path), text);
}
if (isCheck && stale.length > 0) {
  console.error(
    `${stale.join(', ')}: not what the tables say. Run \`npm run generate\` and commit the result.`,
  );
  process.exitCode = 1;
} else console.log(stale.length === 0 ? 'Everything is up to date.' : `Wrote ${stale.join(', ')}.`);
