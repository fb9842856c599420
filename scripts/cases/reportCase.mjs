// A report case: a program that blocks, the command that looks at it, and what its report has to say.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isOlder, versionOf } from './nodeVersions.mjs';
import { cli, copyCase } from './workspace.mjs';

const execute = promisify(execFile);
/** How long one look at a program may take, ms. */
const timeout = 90_000;

const envOf = (node) => ({ PATH: `${dirname(node)}:${process.env.PATH}`, HOME: tmpdir() });

/** Starts the program that is attached to and waits for its inspector's address. */
async function startTarget(node, folder, args) {
  const child = spawn(node, ['--inspect=127.0.0.1:0', ...args], {
    cwd: folder,
    env: envOf(node),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    const address = /ws:\/\/\S+/.exec(said)?.[0];
    if (address === undefined) continue;
    child.stderr.destroy();
    return { child, address };
  }
  throw new Error(`${args.join(' ')} opened no inspector: ${said}`);
}

/** Ends a program that was started here. */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Runs the case's command and gives its report. */
async function reportOf(node, folder, { pre, command, attachTo }) {
  if (pre !== undefined) await execute('bash', ['-c', pre], { cwd: folder, env: envOf(node) });
  const target = attachTo === undefined ? null : await startTarget(node, folder, attachTo);
  try {
    const [name, ...rest] = command;
    const address = target === null ? [] : [target.address];
    const asked = name === 'attach' ? ['--yes'] : [];
    const args = [cli, name, ...address, '--json', '-', ...asked, ...rest];
    const options = { cwd: folder, env: envOf(node), encoding: 'utf8', maxBuffer: 1e9, timeout };
    const ended = await execute(process.execPath, args, options).catch((error) => error);
    if (ended.stdout === '') throw new Error(`offloop ${name} printed no report: ${ended.stderr}`);
    return { exit: ended.code ?? 0, report: JSON.parse(ended.stdout) };
  } finally {
    if (target !== null) await stop(target.child);
  }
}

/** A finding as the expectation of a case sees it. */
const placeOf = ({ callSite, cause, count, group = 'block', route = null }) => ({
  file: callSite?.file ?? null,
  line: callSite?.line ?? null,
  callee: callSite?.callee ?? null,
  cause,
  count,
  group,
  route,
});

/** Whether a finding has every property that is asked for; `count` is a range, `callee` a name or several. */
const fits = (wanted) => (finding) =>
  Object.entries(wanted).every(([key, value]) => {
    if (key === 'count') return finding.count >= value[0] && finding.count <= value[1];
    if (key === 'via') return true;
    return Array.isArray(value) ? value.includes(finding[key]) : finding[key] === value;
  });

const show = ({ file, line, callee, cause, count }) => `${file}:${line} ${callee} ${cause} ×${count}`;

/** What is wrong with a report, in words. */
export function faultsOf(
  report,
  exit,
  { findings = [], only = false, forbidden = [], exit: wantedExit = 0 },
) {
  const found = report.findings.map(placeOf);
  const faults = exit === wantedExit ? [] : [`exit code ${exit}, not ${wantedExit}`];
  for (const wanted of findings) {
    const matches = found.filter(fits(wanted));
    if (matches.length !== 1) faults.push(`${matches.length} findings fit ${JSON.stringify(wanted)}`);
  }
  for (const { lines, ...rest } of forbidden) {
    const culprit = found.find(
      (each) => fits(rest)(each) && (lines === undefined || lines.includes(each.line)),
    );
    if (culprit !== undefined) faults.push(`must not be found: ${show(culprit)}`);
  }
  const others = found.filter(
    (each) => each.group === 'block' && !findings.some((wanted) => fits(wanted)(each)),
  );
  if (only && others.length > 0) faults.push(`more than expected: ${others.map(show).join(', ')}`);
  return faults.length === 0
    ? []
    : [...faults, `the report has ${found.map(show).join(', ') || 'no findings'}`];
}

/** Runs a report case: one row per Node and command. */
export async function runReportCase({ from, work, name, meta, nodes }) {
  const rows = [];
  for (const node of nodes.filter((each) => !isOlder(each, meta.minimumNode))) {
    for (const [index, look] of (meta.looks ?? [meta]).entries()) {
      const folder = copyCase(from, join(work, name, `report${index}`));
      const outcome = await reportOf(node, folder, { pre: meta.pre, ...look }).catch((error) => error);
      const faults =
        outcome instanceof Error
          ? [outcome.message.slice(0, 300)]
          : faultsOf(outcome.report, outcome.exit, { ...meta, ...look });
      const what = `${look.command[0]}${look.attachTo === undefined ? '' : ' to a program'} on ${versionOf(node)}`;
      rows.push({
        name,
        what,
        expected: 'report',
        good: faults.length === 0,
        verdict: faults.length === 0 ? 'right' : 'wrong',
        note: faults.join('; '),
      });
    }
  }
  return rows;
}
