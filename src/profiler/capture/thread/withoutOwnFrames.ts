import type { CpuProfile } from '../../../recording/recording.ts';

/** Names the scripts that we evaluate in a target, to distinguish their samples from the target's. */
export const ownUrl = 'offloop-probe';

/** The script that launched programs load first, as launch.ts names it: in it, the program waits for us. */
const preloadUrl = /[\\/]offloop-[^\\/]+[\\/]preload\.cjs$/;

/**
 * Gives the samples taken while our own code ran to the frame it interrupted, or to (idle) when it interrupted nothing, or
 * the program waited for us: what we cost must not look like the target's work.
 */
export function withoutOwnFrames(profile: CpuProfile): CpuProfile {
  const nodesOf = (isOurs: (url: string) => boolean): ReadonlySet<number> =>
    new Set(profile.nodes.filter(({ callFrame }) => isOurs(callFrame.url)).map(({ id }) => id));
  const preload = nodesOf((url) => preloadUrl.test(url));
  const own = new Set([...nodesOf((url) => url === ownUrl), ...preload]);
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
    const waits = roots.has(owner) || (preload.size > 0 && interrupted(id, preload, parents) !== undefined);
    moved.set(id, waits ? (idle ?? owner) : owner);
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

/**
 * A profile in which the thread was idle while we held it up, in µs of its clock: the sampler is held up then, too, and who
 * comes after it would be charged with the gap.
 */
export function withoutPauses(
  profile: CpuProfile,
  pauses: readonly (readonly [number, number])[],
): CpuProfile {
  const own = pauses.filter(([from, to]) => to > profile.startTime && from < profile.endTime);
  const idle = profile.nodes.find((node) => node.callFrame.functionName === '(idle)')?.id;
  if (own.length === 0 || idle === undefined) return profile;
  let at: number = profile.startTime;
  const sampled = profile.samples.map((id, index) => ({ id, at: (at += profile.timeDeltas[index] ?? 0) }));
  const outside = sampled.filter((sample) => !own.some(([from, to]) => sample.at >= from && sample.at <= to));
  const samples = [...outside, ...own.flat().map((end) => ({ id: idle, at: end }))]
    .filter((sample) => sample.at >= profile.startTime && sample.at <= profile.endTime)
    .sort((a, b) => a.at - b.at);
  const timeDeltas = samples.map(
    (sample, index) => sample.at - (samples[index - 1]?.at ?? profile.startTime),
  );
  return { ...profile, samples: samples.map(({ id }) => id), timeDeltas };
}
