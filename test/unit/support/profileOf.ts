import type { CallFrame, CpuProfile, ProfileNode } from '../../../src/recording/recording.ts';
import { micros } from '../../../src/base/units.ts';

/** How a drawn profile is sampled, and where its functions live. */
export interface DrawingOptions {
  /** µs between samples; 1000 unless told. */
  readonly interval?: number;
  /** µs on the target's clock at which the drawing begins; 1,000,000 unless told. */
  readonly start?: number;
  /** Call frames by the names that the drawing uses; other names are functions of `file:///app/<name>.js`. */
  readonly frames?: Readonly<Record<string, Partial<CallFrame>>>;
}

const metaFrames: Readonly<Record<string, string>> = {
  idle: '(idle)',
  program: '(program)',
  gc: '(garbage collector)',
};

function frameNamed(name: string, options: DrawingOptions): CallFrame {
  const meta = metaFrames[name];
  const base = { functionName: meta ?? name, scriptId: '1', lineNumber: -1, columnNumber: -1 };
  if (meta !== undefined) return { ...base, url: '' };
  return {
    ...base,
    url: `file:///app/${name}.js`,
    lineNumber: 0,
    columnNumber: 9,
    ...options.frames?.[name],
  };
}

interface Node {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children: Map<string, Node>;
}

/**
 * Draws a CPU profile: each entry is a stack from the root down, and how many ms it was seen. `idle`, `program` and
 * `gc` are V8's own entries.
 *
 *     profileOf('processTimers;work;parse 30', 'idle 5', 'processTimers;work 80')
 */
export function profileOf(entries: readonly string[], options: DrawingOptions = {}): CpuProfile {
  const nodes: Node[] = [];
  const add = (callFrame: CallFrame): Node => {
    const node = { id: nodes.length + 1, callFrame, children: new Map<string, Node>() };
    nodes.push(node);
    return node;
  };
  const root = add({ functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 });
  const interval = options.interval ?? 1000;
  const samples: number[] = [];
  for (const entry of entries) {
    const [stack = '', ms = ''] = entry.split(' ');
    const leaf = stack.split(';').reduce((parent, name) => {
      const known = parent.children.get(name);
      if (known !== undefined) return known;
      const child = add(frameNamed(name, options));
      parent.children.set(name, child);
      return child;
    }, root);
    const count = Math.round((Number(ms) * 1000) / interval);
    if (!(count > 0)) throw new Error(`"${entry}" draws no sample`);
    samples.push(...Array.from({ length: count }, () => leaf.id));
  }
  const start = options.start ?? 1_000_000;
  return {
    nodes: nodes.map(({ id, callFrame, children }): ProfileNode => ({
      id,
      callFrame,
      children: [...children.values()].map((child) => child.id),
      positionTicks: [],
    })),
    startTime: micros(start),
    endTime: micros(start + samples.length * interval),
    samples,
    timeDeltas: samples.map((_id, index) => (index === 0 ? 0 : interval)),
  };
}
