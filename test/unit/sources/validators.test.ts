import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { validators, type Validators } from '../../../src/sources/checked/validators.ts';
import { blockOf, findingOf, reportOf } from '../terminal/terminalSupport.ts';

const id = '0123456789ab';
const report = reportOf({
  findings: [findingOf({ id })],
  blocks: [blockOf({ parts: [{ findingId: id, cause: 'crypto', ms: 412 }] })],
});
const session = {
  ...{ version: 1, id: 1, kind: 'live', title: 'app.js', name: null, root: '/app', thresholdMs: 50 },
  ...{ pid: 7, port: null, earlier: [], phase: 'ended', message: null, target: null },
  runs: [{ number: 0, report, calls: { [id]: 'hash' }, sources: [] }],
};

let folder = '';
let generated: Validators;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-validators-'));
  const { generatedValidators } = (await import(pathToFileURL('scripts/validators.mjs').href)) as {
    readonly generatedValidators: Plugin;
  };
  const outfile = join(folder, 'validators.cjs');
  await build({
    ...{ entryPoints: ['src/sources/checked/validators.ts'], plugins: [generatedValidators], outfile },
    ...{ bundle: true, platform: 'node', format: 'cjs' },
  });
  generated = createRequire(import.meta.url)(outfile) as Validators;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Copies of a value in each of which one place holds something else. */
function mutants(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const others = [{ odd: true }, ['odd'], 'odd', -1.5, null, ...mutants(child)];
    return others.map((other) =>
      Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other },
    );
  });
}

it.each([
  ['report', report],
  ['session', session],
] as const)('what the build generates for a %s says the same as its schema', (kind, sample) => {
  const outcome = (all: Validators, value: unknown): unknown => [all[kind](value), all[kind].errors];
  expect(outcome(generated, sample)).toEqual([true, null]);
  const altered = mutants(sample);
  expect(altered.length).toBeGreaterThan(200);
  for (const value of altered) expect(outcome(generated, value)).toEqual(outcome(validators(), value));
  expect(altered.filter((value) => !generated[kind](value)).length).toBeGreaterThan(150);
});
