import type { CpuProfile } from '../analysis/recording.ts';

/** Names the scripts that we evaluate in a target, so that their samples can be told from the target's. */
export const ownUrl = 'offloop-probe';

/**
 * Gives the samples taken while our own code ran to the frame it interrupted, or to (idle) when it interrupted nothing:
 * what we cost must not look like the target's work.
 */
export function withoutOwnFrames(profile: CpuProfile): CpuProfile {
  const own = new Set(profile.nodes.filter((node) => node.callFrame.url === ownUrl).map((node) => node.id));
  if (own.size === 0) return profile;
  const parents = new Map(
    profile.nodes.flatMap((node) => node.children.map((child) => [child, node.id] as const)),
  );
  const roots = new Set(profile.nodes.filter((node) => !parents.has(node.id)).map((node) => node.id));
  const idle = profile.nodes.find((node) => node.callFrame.functionName === '(idle)')?.id;
  const moved = new Map<number, number>();
  for (const { id } of profile.nodes) {
    const owner = interrupted(id, own, parents);
    if (owner === undefined) continue;
    moved.set(id, roots.has(owner) ? (idle ?? owner) : owner);
  }
  return { ...profile, samples: profile.samples.map((id) => moved.get(id) ?? id) };
}

/** The parent of the outermost frame of ours on the path to a node; undefined when the path holds none. */
function interrupted(
  id: number,
  own: ReadonlySet<number>,
  parents: ReadonlyMap<number, number>,
): number | undefined {
  let found: number | undefined;
  for (let node: number | undefined = id; node !== undefined; node = parents.get(node)) {
    if (own.has(node)) found = parents.get(node);
  }
  return found;
}
