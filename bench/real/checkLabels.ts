import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { drive, freePorts, type RequestWindow } from './drive.ts';
import type { RealLabel, RealProgram } from './realProgram.ts';
import { argumentsOf, isReady } from './record.ts';
import { startProcess } from './startProcess.ts';

interface Stretch {
  /** `short`: many short calls, `ms` in all. */
  readonly kind: 'delay' | 'call' | 'wait' | 'short';
  readonly ms?: number;
  readonly id?: string;
  readonly from: number;
  readonly to: number;
}

/** What the clock saw of a label. */
export interface LabelCheck {
  readonly label: RealLabel;
  readonly delays: number;
  readonly longestMs: number;
  /** The share of the request's loop delay within the call. */
  readonly share: number;
}

/** What the clock saw of a program without a profiler. */
export interface ProgramCheck {
  readonly labels: readonly LabelCheck[];
  /** Loop delays that no labelled call explains, ms, with the request under way. */
  readonly unexplained: readonly { readonly request: string; readonly ms: number }[];
  readonly wrong: readonly string[];
}

/** One call may be the label of several requests. */
const idOf = (label: RealLabel): string => `${label.file}:${String(label.line)} ${label.callee}`;
const clockText = 'process.realClock';
const leastMs = 50;

/** The labelled call in the text of its file: the smallest that begins with the text of the label, on its line. */
function callOf(name: string, label: RealLabel, text: string): ts.Node {
  const file = ts.createSourceFile(label.file, text, ts.ScriptTarget.Latest, true);
  const from = file.getPositionOfLineAndCharacter(label.line - 1, 0);
  const at = text.indexOf(label.find, from);
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (isCall && node.getStart(file) === at && node.getText(file).startsWith(label.find)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const call = found.at(-1);
  if (at === -1 || text.slice(from, at).includes('\n') || call === undefined)
    throw new Error(`${name}: ${label.file}:${String(label.line)} has no call ${label.find}`);
  return call;
}

/** Puts the clock around each labelled call on disk; answers with what restores the files. */
async function bracket(program: RealProgram, folder: string): Promise<() => Promise<void>> {
  const before = new Map<string, string>();
  for (const path of new Set(program.labels.map(({ file }) => file))) {
    const text = await readFile(join(folder, path), 'utf8');
    const ranges = new Map<number, { readonly end: number; readonly id: string }>();
    for (const label of program.labels.filter(({ file }) => file === path)) {
      const call = callOf(program.name, label, text);
      ranges.set(call.getStart(), { end: call.end, id: idOf(label) });
    }
    before.set(join(folder, path), text);
    let clocked = text;
    for (const [start, { end, id }] of [...ranges].sort(([a], [b]) => b - a))
      clocked = `${clocked.slice(0, start)}${clockText}(${JSON.stringify(id)}, () => ${clocked.slice(start, end)})${clocked.slice(end)}`;
    await writeFile(join(folder, path), clocked);
  }
  return async () => {
    for (const [file, text] of before) await writeFile(file, text);
  };
}

const overlap = (a: Stretch | RequestWindow, b: Stretch | RequestWindow): number =>
  Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));

/** How much of a stretch lies within others, which may lie within each other. */
function covered(stretch: Stretch, others: readonly Stretch[]): number {
  let end = stretch.from;
  let sum = 0;
  for (const { from, to } of [...others].sort((a, b) => a.from - b.from)) {
    const start = Math.max(from, end);
    const stop = Math.min(to, stretch.to);
    if (stop <= start) continue;
    sum += stop - start;
    end = stop;
  }
  return sum;
}

function judge(
  program: RealProgram,
  stretches: readonly Stretch[],
  windows: readonly RequestWindow[],
): Pick<ProgramCheck, 'labels' | 'unexplained'> {
  const delays = stretches.filter(({ kind, from, to }) => kind === 'delay' && to - from >= leastMs);
  const requestOf = (delay: Stretch): string | undefined =>
    windows.find((window) => overlap(window, delay) > (delay.to - delay.from) / 2)?.id;
  const labels = program.labels.map((label) => {
    const kind = label.awaited === true ? 'wait' : 'call';
    const calls = stretches.filter((each) => each.id === idOf(label) && each.kind === kind);
    const own = delays.filter((delay) => requestOf(delay) === label.request);
    const total = own.reduce((sum, { from, to }) => sum + to - from, 0);
    const inShort = (delay: Stretch): number =>
      stretches.reduce(
        (sum, each) => (each.id === idOf(label) && overlap(each, delay) > 0 ? sum + (each.ms ?? 0) : sum),
        0,
      );
    const within = own.reduce((sum, delay) => sum + covered(delay, calls) + inShort(delay), 0);
    const longestMs = Math.max(0, ...own.map(({ from, to }) => to - from));
    return { label, delays: own.length, longestMs, share: total === 0 ? 0 : within / total };
  });
  const calls = stretches.filter(({ kind }) => kind === 'call' || kind === 'wait');
  const unexplained = delays.flatMap((delay) => {
    const request = requestOf(delay);
    const inShort = stretches.reduce(
      (sum, each) => (overlap(each, delay) > 0 ? sum + (each.ms ?? 0) : sum),
      0,
    );
    const rest = delay.to - delay.from - covered(delay, calls) - inShort;
    return request === undefined || rest < leastMs ? [] : [{ request, ms: rest }];
  });
  return { labels, unexplained };
}

/** Measures the loop delay of a program without a profiler, with a clock around each labelled call; the files are restored. */
export async function checkLabels(program: RealProgram, folder: string, node: string): Promise<ProgramCheck> {
  const restore = await bracket(program, folder);
  try {
    const file = join(folder, 'clock.jsonl');
    await rm(file, { force: true });
    await writeFile(file, '');
    const ports = await freePorts();
    await using child = startProcess(node, argumentsOf(program, ports), folder, {
      NODE_OPTIONS: `--require=${resolve('bench/real/clock.cjs')}`,
      REAL_CLOCK: file,
      PORT: String(ports.port),
      PORT2: String(ports.port2),
    });
    await isReady(program, ports, child);
    const { windows, wrong } = await drive(program, folder, ports);
    const text = await readFile(file, 'utf8');
    const stretches = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Stretch);
    return { ...judge(program, stretches, windows), wrong };
  } finally {
    await restore();
  }
}
