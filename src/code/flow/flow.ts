import type ts from 'typescript';
import { FlowBuilder } from './flowBuilder.ts';

/** In which order points of a function can run, within one call of it. */
export interface Flow {
  /** Whether `to` can run after `from`, without any of `past` running in between. */
  canFollow(from: ts.Node, to: ts.Node, past?: ReadonlySet<ts.Node>): boolean;
}

/**
 * Follows the branches, loops, jumps, exceptions and callbacks of a function. `points` are the nodes to be asked about; each
 * counts as run once its value is known.
 */
export function flowOf(fn: ts.Node, points: ReadonlySet<ts.Node>): Flow {
  const { places, next } = new FlowBuilder(fn, points).graph();
  return {
    canFollow(from, to, past = new Set()) {
      const goals = new Set(places.get(to));
      const walls = new Set([...past].flatMap((each) => places.get(each) ?? []));
      const seen = new Set<number>();
      const pending = [...(places.get(from) ?? [])].flatMap((each) => next[each] ?? []);
      for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
        if (seen.has(at)) continue;
        seen.add(at);
        if (goals.has(at)) return true;
        if (!walls.has(at)) pending.push(...(next[at] ?? []));
      }
      return false;
    },
  };
}
