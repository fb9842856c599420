import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readReport } from '../../../src/sources/checked/readReport.ts';
import { blockOf, findingOf, reportOf } from '../terminal/terminalSupport.ts';

const id = '0123456789ab';
const report = reportOf({
  findings: [findingOf({ id })],
  blocks: [blockOf({ parts: [{ findingId: id, cause: 'crypto', ms: 412 }] })],
});

/** A copy in which one place holds another value; undefined takes it away. */
function changed(path: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(report) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  at[path.at(-1) ?? ''] = value;
  return copy;
}

async function read(value: unknown): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'report.json');
  await writeFile(path, JSON.stringify(value));
  return readReport(path, 'Write one.', 'report.json').catch((error: unknown) => (error as Error).message);
}

test('A report is read as it was written', async () => {
  expect(await read(report)).toEqual(report);
});

test.each([
  [['findings', 0, 'callSite', 'line'], 'seventeen', 'findings[0].callSite.line must be integer'],
  [['findings', 0, 'callSite', 'column'], 0, 'findings[0].callSite.column must be >= 1'],
  [['findings', 0, 'totalMs'], null, 'findings[0].totalMs must be number'],
  [['findings', 0, 'threads'], undefined, "findings[0] must have required property 'threads'"],
  [['findings', 0, 'cause'], 'magic', 'findings[0].cause must be one of child-process, '],
  [
    ['findings', 0, 'remedies'],
    [{ kind: 'async' }],
    "findings[0].remedies[0] must have required property 'title'",
  ],
  [
    ['blocks', 0, 'stack', 1, 'kind'],
    'mine',
    'blocks[0].stack[1].kind must be one of node, native, dependency, user',
  ],
  [['blocks', 0, 'parts'], [], 'blocks[0].parts must NOT have fewer than 1 items'],
  [['target', 'pid'], 'many', 'target.pid must be integer or null'],
  [['recording', 'routes'], { 'GET /a': 'often' }, 'recording.routes["GET /a"] must be integer'],
  [['loop'], 7, 'loop must be object'],
])('A report with a fault in %j says where it is', async (path, value, fault) => {
  const message = await read(changed(path, value));
  expect(message).toContain(`report.json is not a report. In it, ${fault}`);
  expect(message).toMatch(/\. Write one\.$/);
});

test('What a later version adds to a report is no fault', async () => {
  const more = changed(['findings', 0, 'callSite', 'colour'], 'blue');
  expect(await read(more)).toEqual(more);
});

test('A report of a later version of the format is not read', async () => {
  expect(await read({ ...report, version: 2 })).toBe(
    'report.json comes from a later version of Offloop. Update this one.',
  );
});

test.each([[[]], [7], [null], [{}], ['text']])('%j is not a report', async (value) => {
  expect(await read(value)).toContain('report.json is not a report. In it, the file must');
});

test('A file that is not there or is not JSON says so', async () => {
  const problem = (path: string): Promise<unknown> =>
    readReport(path, 'Write one.', 'report.json').catch((error: unknown) => (error as Error).message);
  expect(await problem(join(tmpdir(), 'offloop-nowhere.json'))).toBe(
    'Cannot read report.json as a report: there is no such file.',
  );
  expect(await problem(import.meta.filename)).toBe('Cannot read report.json as a report: it is not JSON.');
});
