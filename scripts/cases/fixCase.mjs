// A fix case: a program with a deterministic trace, and a call behind a FIX comment that each remedy is tried on.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { diagnosticsOf, emit, emittedName, syntaxErrors } from './compile.mjs';
import { isOlder, versionOf } from './nodeVersions.mjs';
import { cli, copyCase, markedCalls } from './workspace.mjs';

const execute = promisify(execFile);
/** Seconds after which a program counts as hanging. */
const defaultTimeout = 15;

/** What a program prints and how it ends. */
function runProgram(node, folder, meta) {
  const shell = `${meta.pre ?? ''} exec "$0" --no-warnings ${emittedName(meta.entry, meta)}`;
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', shell, node], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: tmpdir() },
      timeout: (meta.timeout ?? defaultTimeout) * 1000,
      killSignal: 'SIGKILL',
    });
    const end = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (end.out += chunk));
    child.stderr.on('data', (chunk) => (end.err += chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ ...end, code, hangs: signal === 'SIGKILL' }));
    child.stdin.on('error', () => undefined).end(meta.stdin ?? ''); // A program may end without reading.
  });
}

/** Runs `offloop fix`; the JSON it prints, or what went wrong. */
async function fixJson(folder, args) {
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 1e8, timeout: 60_000 };
  const ended = await execute(process.execPath, [cli, 'fix', ...args, '--json', '-'], options).catch(
    (error) => error,
  );
  try {
    if (![undefined, 0, 5].includes(ended.code)) throw new Error('unexpected exit code');
    return JSON.parse(ended.stdout);
  } catch {
    return { crash: `${ended.stderr}${ended.stdout}`.slice(0, 400) };
  }
}

/** Whether the command line knows fixes that need a review. */
const acceptFlag = async () =>
  (await execute(process.execPath, [cli, 'fix', '--help'])).stdout.includes('--accept') ? ['--accept'] : [];

/** What an edit must not touch: byte-order mark, line ends, first line of a script, last line end. */
function infidelities({ before, after }) {
  if (before === null) return [];
  const plain = (text) => text.replace(/^\uFEFF/, '');
  return [
    [before.startsWith('\uFEFF') !== after.startsWith('\uFEFF'), 'the byte-order mark changed'],
    [before.includes('\r\n') && /[^\r]\n/.test(after), 'line ends are mixed'],
    [plain(before).startsWith('#!') && !plain(after).startsWith('#!'), 'the #! line moved'],
    [before.endsWith('\n') !== after.endsWith('\n'), 'the last line end changed'],
  ].flatMap(([isWrong, words]) => (isWrong ? [words] : []));
}

const placeOf = ({ file, line, column }) => `${file}:${line}:${column}`;

/** Applies one remedy to the marked calls, one after the other in the given order. */
async function applyFixes(folder, kind, numbers) {
  const accept = await acceptFlag();
  const applied = [];
  for (const number of numbers) {
    const place = markedCalls(folder).find((each) => each.number === number);
    if (place === undefined) return { crash: `the mark FIX${number || ''} is gone`, applied };
    const json = await fixJson(folder, [placeOf(place), '--with', kind, '--write', ...accept]);
    if (json.crash !== undefined) return { crash: json.crash, applied };
    if (json.refusal !== null) return { refusal: json.refusal, applied };
    applied.push(json);
  }
  return { applied };
}

const codeOf = ({ code, file, line }) => `${code}@${file}:${line}`;

/** How the program behaves after the fixes, on each Node: the first difference, or null. */
async function traceDifference(nodes, before, after, meta) {
  for (const node of nodes) {
    const first = await runProgram(node, before, meta);
    const second = await runProgram(node, after, meta);
    if (first.hangs) return { node, note: 'the program hangs before the fix' };
    const isSame =
      first.code === second.code && first.out === second.out && (!meta.stderr || first.err === second.err);
    if (isSame) continue;
    const error = second.err.split('\n').find((line) => /Error/.test(line)) ?? '';
    const shown = ({ code, out }) => `${code} ${JSON.stringify(out.slice(0, 200))}`;
    return { node, hangs: second.hangs, note: `expected ${shown(first)} got ${shown(second)} ${error}` };
  }
  return null;
}

/** Tries one remedy on a copy of the case. */
async function tryRemedy({ from, work, name, meta, kind, numbers, nodes }) {
  const before = copyCase(from, join(work, name, 'original'));
  const known = diagnosticsOf(before, meta);
  emit(before, meta);
  const after = copyCase(from, join(work, name, `${kind}${numbers.join('')}`));
  const { applied, crash, refusal } = await applyFixes(after, kind, numbers);
  if (crash !== undefined) return { verdict: 'crash', note: crash };
  if (refusal !== undefined) return { verdict: 'refused', code: refusal.code, note: refusal.message };
  const assumptions = applied.flatMap((each) => each.assumptions ?? []);
  const level = assumptions.length > 0 ? 'review' : 'proven';
  const base = { level, assumptions: assumptions.map(codeOf) };
  const withoutLine = (text) => text.replace(/:\d+ /, ' ');
  const reported = diagnosticsOf(after, meta).filter(
    (each) => !known.some((one) => withoutLine(one) === withoutLine(each)),
  );
  const broken = [
    ...syntaxErrors(
      after,
      applied.flatMap(({ edits }) => edits.map(({ file }) => file)),
    ),
    ...reported,
  ];
  if (broken.length > 0) return { ...base, verdict: 'no-compile', note: broken.join('; ').slice(0, 400) };
  emit(after, meta);
  const difference = await traceDifference(nodes, before, after, meta);
  if (difference !== null) {
    return {
      ...base,
      verdict: difference.hangs ? 'wrong-hang' : 'wrong',
      note: `Node ${versionOf(difference.node)}: ${difference.note}`,
    };
  }
  const texts = applied.flatMap(({ edits }) => edits).filter(({ file }) => /\.[cm]?[jt]sx?$/.test(file));
  const unfaithful = texts.flatMap(infidelities);
  return { ...base, verdict: 'right', note: [...unfaithful, ...missingTexts(after, meta.after)].join(', ') };
}

/** Patterns that the fixed files have to match: `{ "app.js": ["await toThread"] }`. */
const missingTexts = (folder, wanted = {}) =>
  Object.entries(wanted).flatMap(([file, patterns]) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return patterns.filter((each) => !new RegExp(each).test(text)).map((each) => `${file} lacks ${each}`);
  });

const wanted = {
  offer: ({ verdict }) => verdict === 'right',
  proven: ({ verdict, level }) => verdict === 'right' && level === 'proven',
  review: ({ verdict, level }) => level === 'review' && verdict !== 'no-compile',
  refuse: ({ verdict }) => verdict === 'refused',
  either: ({ verdict, level }) => verdict === 'right' || verdict === 'refused' || level === 'review',
};

/** Whether an outcome is what the case asks for; a review may be wrong where it says so, a proven fix never. */
function isGood(outcome, expected, meta, kind) {
  if (['crash', 'no-compile'].includes(outcome.verdict)) return false;
  if (outcome.verdict.startsWith('wrong') && outcome.level === 'proven') return false;
  const says = meta.says?.[kind];
  const spoken = [outcome.note, outcome.code, ...(outcome.assumptions ?? [])].join(' ');
  if (says !== undefined && !new RegExp(says).test(spoken)) return false;
  const isRefusedWell = outcome.verdict === 'refused' && expected === 'refuse';
  if (outcome.verdict === 'right' && outcome.note !== '') return false;
  // `refuse` of the shared cases allows a review that names what is wrong.
  const isNamed = expected === 'refuse' && outcome.level === 'review' && meta.says === undefined;
  return isRefusedWell || isNamed || wanted[expected](outcome);
}

/** Numbers of the marked calls, and the same backwards where there are several. */
function ordersOf(from, work, name) {
  const numbers = markedCalls(copyCase(from, join(work, name, 'original'))).map(({ number }) => number);
  if (numbers.length === 0) throw new Error(`${name}: no call is marked with /*FIX*/`);
  return numbers.length === 1 ? [numbers] : [numbers, numbers.toReversed()];
}

/** Runs a fix case: one row per remedy and order. */
export async function runFixCase({ from, work, name, meta, kinds, nodes }) {
  const rows = [];
  const able = nodes.filter((node) => !isOlder(node, meta.minimumNode));
  for (const [kind, expected] of Object.entries(meta.expect)) {
    if (!kinds.includes(kind) || able.length === 0) continue;
    for (const numbers of ordersOf(from, work, name)) {
      const outcome = await tryRemedy({ from, work, name, meta, kind, numbers, nodes: able });
      const what = numbers.length === 1 ? kind : `${kind} ${numbers.join('→')}`;
      rows.push({ name, what, expected, good: isGood(outcome, expected, meta, kind), ...outcome });
    }
  }
  return rows;
}
