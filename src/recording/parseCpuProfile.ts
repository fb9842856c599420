import { micros } from '../base/units.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { CallFrame, CpuProfile, ProfileNode } from './recording.ts';
import { formatCount } from '../wording/numbers/formatNumbers.ts';

/** What is wrong with a value that should be a CPU profile, as a sentence fragment for the user. */
export interface ProfileDefect {
  readonly reason: string;
}

/** Longest function name and url that are kept; longer ones come from a hostile target and only cost memory. */
const longestName = 2048;

type Fields = Readonly<Record<string, unknown>>;

class Defect extends Error {}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fields(value: unknown, where: string): Fields {
  if (!isFields(value)) throw new Defect(`${where} is not an object`);
  return value;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Defect(`${where} is missing or not a list`);
  return value;
}

function number(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Defect(`${where} is not a number`);
  return value;
}

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, longestName) : '');

function callFrame(value: unknown, where: string): CallFrame {
  const frame = fields(value, where);
  return {
    functionName: text(frame['functionName']),
    scriptId: typeof frame['scriptId'] === 'number' ? String(frame['scriptId']) : text(frame['scriptId']),
    url: text(frame['url']),
    lineNumber: number(frame['lineNumber'] ?? -1, `${where}.lineNumber`),
    columnNumber: number(frame['columnNumber'] ?? -1, `${where}.columnNumber`),
  };
}

function positionTicks(value: unknown, where: string): ProfileNode['positionTicks'] {
  if (value === undefined) return [];
  return list(value, where).map((entry, index) => {
    const tick = fields(entry, `${where}[${String(index)}]`);
    return { line: number(tick['line'], `${where}.line`), ticks: number(tick['ticks'], `${where}.ticks`) };
  });
}

interface RawNode extends ProfileNode {
  readonly parent: number | null;
}

function rawNode(value: unknown, index: number): RawNode {
  const where = `nodes[${String(index)}]`;
  const node = fields(value, where);
  const children = node['children'] === undefined ? [] : list(node['children'], `${where}.children`);
  return {
    id: number(node['id'], `${where}.id`),
    callFrame: callFrame(node['callFrame'], `${where}.callFrame`),
    children: children.map((child) => number(child, `${where}.children`)),
    positionTicks: positionTicks(node['positionTicks'], `${where}.positionTicks`),
    parent: typeof node['parent'] === 'number' ? node['parent'] : null,
  };
}

/** Traces name the parent of a node instead of its children: both forms become `children`. */
function linkChildren(raw: readonly RawNode[]): readonly ProfileNode[] {
  const extra = new Map<number, number[]>();
  for (const node of raw) {
    if (node.parent === null) continue;
    const siblings = extra.get(node.parent);
    if (siblings === undefined) extra.set(node.parent, [node.id]);
    else siblings.push(node.id);
  }
  return raw.map(({ parent: _parent, ...node }) => {
    const more = extra.get(node.id) ?? [];
    return more.length === 0 ? node : { ...node, children: [...new Set([...node.children, ...more])] };
  });
}

/** Every node but the first has exactly one parent, so that walking up always ends. */
function checkTree(nodes: readonly ProfileNode[]): void {
  const known = new Set<number>();
  for (const node of nodes) {
    if (known.has(node.id)) throw new Defect(`node ${String(node.id)} appears twice`);
    known.add(node.id);
  }
  const position = new Map(nodes.map((node, index) => [node.id, index]));
  const parentOf = new Int32Array(nodes.length).fill(-1);
  nodes.forEach((node, index) => {
    for (const child of node.children) {
      const at = position.get(child);
      if (at === undefined) throw new Defect(`node ${String(node.id)} names a child that is not there`);
      if (parentOf[at] !== -1) throw new Defect(`node ${String(child)} has two parents`);
      parentOf[at] = index;
    }
  });
  const settled = new Uint8Array(nodes.length);
  for (let start = 0; start < nodes.length; start += 1) {
    const path: number[] = [];
    for (let at = start; at !== -1 && settled[at] !== 2; at = parentOf[at] ?? -1) {
      if (settled[at] === 1) throw new Defect('the call tree has a cycle');
      settled[at] = 1;
      path.push(at);
    }
    for (const at of path) settled[at] = 2;
  }
}

function profile(value: unknown): CpuProfile {
  const source = fields(value, 'the profile');
  const nodes = linkChildren(list(source['nodes'], 'nodes').map(rawNode));
  if (nodes.length === 0) throw new Defect('nodes is empty');
  checkTree(nodes);
  const ids = new Set(nodes.map((node) => node.id));
  const samples = list(source['samples'], 'samples').map((sample, index) => {
    const id = number(sample, `samples[${String(index)}]`);
    if (!ids.has(id)) throw new Defect(`samples[${String(index)}] names a node that is not there`);
    return id;
  });
  const timeDeltas = list(source['timeDeltas'], 'timeDeltas').map((delta, index) =>
    number(delta, `timeDeltas[${String(index)}]`),
  );
  if (timeDeltas.length !== samples.length) {
    throw new Defect(
      `samples (${formatCount(samples.length)}) and timeDeltas (${formatCount(timeDeltas.length)}) differ in length`,
    );
  }
  const startTime = number(source['startTime'], 'startTime');
  const endTime = number(source['endTime'], 'endTime');
  if (endTime < startTime) throw new Defect('endTime lies before startTime');
  return { nodes, samples, timeDeltas, startTime: micros(startTime), endTime: micros(endTime) };
}

/**
 * Reads a value of unknown origin as one of V8's CPU profiles (the `Profile` type of the inspector protocol's Profiler
 * domain, also what `node --cpu-prof` writes; times in microseconds). Answers with the first defect that it meets.
 */
export function parseCpuProfile(value: unknown): Result<CpuProfile, ProfileDefect> {
  try {
    return ok(profile(value));
  } catch (error) {
    if (error instanceof Defect) return err({ reason: error.message });
    throw error;
  }
}
