import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { proposeFor } from '../../../src/investigation/investigate.ts';
import { proposeAgain } from '../../../src/investigation/proposeAgain.ts';
import { fromReport } from '../../../src/report/fromReport.ts';
import type { Report } from '../../../src/report/report.ts';
import { diskSources } from '../../../src/sources/diskSources.ts';
import { readProjects } from '../../../src/sources/fixProject.ts';
import { findingOf, reportOf, siteOf } from '../terminal/terminalSupport.ts';

const load = `import { readFileSync } from 'node:fs';
export function load(name) {
  return readFileSync(name, 'utf8');
}
`;
const server = `import { createServer } from 'node:http';
import { load } from './load.js';
createServer(async (request, response) => {
  const text = load('index.html');
  response.end(text);
}).listen(0);
`;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'offloop-propose-'));
  await writeFile(join(root, 'package.json'), '{ "name": "app", "type": "module", "private": true }');
  await writeFile(join(root, 'load.js'), load);
  await writeFile(join(root, 'server.js'), server);
});

afterEach(() => rm(root, { recursive: true }));

/** What is said of the asynchronous version of the call in a report. */
const offered = ({ findings }: Report): boolean | undefined =>
  findings[0]?.remedies.find(({ kind }) => kind === 'async')?.refusal === null;

/** A report as a session has it: planned with the file of the call alone. */
function recorded(): Report {
  const place = { line: 3, column: 10, endLine: 3, endColumn: 36 };
  const callSite = siteOf({ file: 'load.js', function: 'load', callee: 'readFileSync', ...place });
  return proposeFor(fromReport(reportOf({ findings: [findingOf({ callSite })] })), diskSources(), root)
    .report;
}

it('A fix that spreads to callers is offered once the report is planned with the project', () => {
  const report = recorded();
  expect(offered(report)).toBe(false);
  expect(offered(proposeAgain(report, diskSources(), root, readProjects(root)))).toBe(true);
});

it('A call that has moved since keeps what the report says of it', async () => {
  const report = recorded();
  await writeFile(join(root, 'load.js'), `// moved\n${load}`);
  expect(proposeAgain(report, diskSources(), root, readProjects(root))).toEqual(report);
});
