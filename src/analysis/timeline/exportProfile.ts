import type { CallFrame } from '../../recording/recording.ts';
import type { Timeline } from './timeline.ts';

/** The form in which `.cpuprofile` files store a profile. Node ids are indices plus one; times in µs. */
export interface ProfileFile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly hitCount: number;
    readonly children: readonly number[];
    readonly positionTicks: readonly { readonly line: number; readonly ticks: number }[];
  }[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

function ticksOf(
  windows: Timeline['tree']['ticks'][number] | undefined,
): readonly { readonly line: number; readonly ticks: number }[] {
  const sums = new Map<number, number>();
  for (const ticks of windows?.values() ?? []) {
    for (const { line, ticks: count } of ticks) sums.set(line, (sums.get(line) ?? 0) + count);
  }
  return [...sums].map(([line, ticks]) => ({ line, ticks }));
}

/** One profile for a whole timeline, readable by any viewer of `.cpuprofile` files. */
export function exportProfile(timeline: Timeline): ProfileFile {
  const { tree, nodes, starts } = timeline;
  const children: number[][] = tree.frames.map(() => []);
  tree.parents.forEach((parent, node) => {
    if (parent >= 0) children[parent]?.push(node + 1);
  });
  const hits = new Uint32Array(tree.frames.length);
  for (const node of nodes) hits[node] = (hits[node] ?? 0) + 1;
  return {
    nodes: tree.frames.map((callFrame, node) => ({
      id: node + 1,
      callFrame,
      hitCount: hits[node] ?? 0,
      children: children[node] ?? [],
      positionTicks: ticksOf(tree.ticks[node]),
    })),
    startTime: timeline.start,
    endTime: timeline.end,
    samples: Array.from(nodes, (node) => node + 1),
    timeDeltas: Array.from(
      starts,
      (at, index) => at - (index === 0 ? timeline.start : (starts[index - 1] ?? 0)),
    ),
  };
}
