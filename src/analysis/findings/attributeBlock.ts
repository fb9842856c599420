import type { Grain } from '../../recording/grain.ts';
import { micros } from '../../base/units.ts';
import type { Cause } from '../../report/cause.ts';
import { decideCause } from '../causes/decideCause.ts';
import { isCompiling } from '../causes/loading/moduleLoad.ts';
import type { LiveFrame } from '../source/nodeSources.ts';
import { outsideSite } from '../callSite/outsideSite.ts';
import type { SiteFinder } from '../callSite/siteFinder.ts';
import type { BlockingPath } from '../callSite/blockingPath.ts';
import type { CpuTimeReading, LiveStack, Mark } from '../../recording/recording.ts';
import type { CallTree } from '../timeline/callTree.ts';
import type { Block, Slice } from '../timeline/segmentBlocks.ts';
import { siteKey, type Attribution } from './attribution.ts';
import { chainOf } from './blame/chainDriver.ts';
import { isChainOfTasks } from './blame/chainOfTasks.ts';
import { collectionIn, gcIn, isMostlyCollection, metaOnly, withoutMeta } from './blame/collection.ts';
import { StackCompleter } from './completeStacks.ts';
import { loadingCall, withLoading } from './blame/loadingCall.ts';
import { CpuPaths, type CpuTime } from './cpuPaths.ts';
import { chargeStarvation } from './blame/offCpu.ts';

interface Split {
  readonly named: Attribution[];
  readonly cpu: CpuTime[];
}

/** Divides the time of one slice between calls that can be named by their mechanism and plain JavaScript. */
function splitSlice(
  tree: CallTree,
  finder: SiteFinder,
  slice: Slice,
  live: readonly LiveFrame[],
  into: Split,
): void {
  const { node, window, duration } = slice;
  const path = tree.pathToRoot(node);
  const frames = path.map((at) => ({ frame: tree.frame(at), kind: finder.source(at).located.kind }));
  const user = frames.findIndex(({ kind }) => kind === 'user');
  const below = user === -1 ? frames : frames.slice(0, user);
  if (user === -1 && isCompiling(frames)) {
    into.named.push({ site: null, cause: 'module-load', duration, leaf: node });
    return;
  }
  const cause = decideCause({ below, caller: frames[user] });
  const site = (): Attribution['site'] => namedSite(finder, { path, window, live }, user, cause);
  if (below.length > 0 && cause !== 'cpu') {
    into.named.push({ site: site(), cause, duration, leaf: node });
    return;
  }
  for (const { share, builtin } of finder.ownShares(node, window, live)) {
    const time = micros(duration * share);
    if (builtin === null) into.cpu.push(...ownTimes(finder, node, window, time));
    else
      into.named.push({
        site: user === 0 ? builtin.site : site(),
        cause: builtin.cause,
        duration: time,
        leaf: node,
      });
  }
}

/** A function's own JavaScript time, divided among itself and what V8 had inlined into it. */
function ownTimes(finder: SiteFinder, node: number, window: number, time: number): readonly CpuTime[] {
  const inlined = finder.inlined(node, window);
  const own = 1 - inlined.reduce((sum, { share }) => sum + share, 0);
  const shares = own > 0.01 ? [...inlined, { node, share: own }] : inlined;
  return shares.map(({ node: at, share }) => ({ node: at, window, duration: micros(time * share) }));
}

/** The site of time that is named by its mechanism. The user's frame on the path is at the index `user`, -1 without one. */
function namedSite(
  finder: SiteFinder,
  blocking: BlockingPath,
  user: number,
  cause: Cause,
): Attribution['site'] {
  const { path, window, live } = blocking;
  const loading = cause === 'module-load' ? loadingCall(finder, path, window, live) : null;
  if (loading !== null) return loading;
  const found = outsideSite(finder, blocking);
  const caller = path[user];
  // An interrupt of ours in the middle of a match hides the frame of the expression.
  if (cause !== 'regex' || found?.precision === 'call' || caller === undefined) return found;
  return finder.regexCallIn(caller, live) ?? found;
}

/** One part for each site and cause, heaviest first. */
function merge(parts: readonly Attribution[]): readonly Attribution[] {
  const byKey = new Map<string, Attribution & { heaviest: number }>();
  for (const item of parts) {
    const key = siteKey(item.site, item.cause);
    const known = byKey.get(key);
    const heaviest = Math.max(known?.heaviest ?? 0, item.duration);
    const leaf = known !== undefined && known.heaviest >= item.duration ? known.leaf : item.leaf;
    byKey.set(key, { ...item, duration: micros((known?.duration ?? 0) + item.duration), leaf, heaviest });
  }
  return [...byKey.values()]
    .map(({ heaviest: _heaviest, ...item }) => item)
    .sort((a, b) => b.duration - a.duration);
}

/** What was recorded in addition to the samples of a thread. */
export interface BlockEvidence {
  readonly liveStacks: readonly LiveStack[];
  readonly marks: readonly Mark[];
  readonly cpuTimes: readonly CpuTimeReading[];
  readonly grain: Grain;
}

/** Divides the time of slices, all of them in code, among the calls that spent it. */
function spentIn(
  tree: CallTree,
  finder: SiteFinder,
  slices: readonly Slice[],
  live: readonly LiveFrame[],
): readonly Attribution[] {
  const split: Split = { named: [], cpu: [] };
  for (const slice of slices) splitSlice(tree, finder, slice, live, split);
  return withLoading(merge([...split.named, ...new CpuPaths(tree, finder, split.cpu, live).attributions()]));
}

/** The frames of a live stack; the one that ran, and not one that had only just been entered, is its leaf. */
function framesOf(finder: SiteFinder, { frames, awaiting = [] }: LiveStack): readonly LiveFrame[] {
  const leaf = frames[0] !== undefined && finder.isJustEntered(frames[0]) ? 1 : 0;
  return [
    ...frames.map((frame, index) => (index === leaf ? { ...frame, isLeaf: true as const } : frame)),
    ...awaiting.map((frame) => ({ ...frame, isAwaiting: true as const })),
  ];
}

function codeOf(
  tree: CallTree,
  finder: SiteFinder,
  block: Block,
  { liveStacks, marks }: BlockEvidence,
): readonly Attribution[] {
  const ownStacks = liveStacks.filter(({ at }) => at >= block.start && at <= block.end);
  const whole = withoutMeta(tree, block.slices);
  if (whole.length === 0) return metaOnly(tree, block);
  const live = ownStacks.flatMap((stack) => framesOf(finder, stack));
  const complete = (slices: readonly Slice[]): readonly Slice[] =>
    new StackCompleter(tree, finder).complete(block, slices, ownStacks);
  const spent = (slices: readonly Slice[]): readonly Attribution[] => spentIn(tree, finder, slices, live);
  if (isMostlyCollection(tree, block)) return merge(collectionIn(tree, block, whole, complete, spent));
  const slices = complete(whole);
  return isChainOfTasks(tree, finder, block, marks, ownStacks)
    ? [chainOf(tree, finder, block, slices)]
    : spent(slices);
}

/** Says which calls spent a block's time, heaviest first. The durations sum to the block's. */
export function attributeBlock(
  tree: CallTree,
  finder: SiteFinder,
  block: Block,
  evidence: BlockEvidence,
): readonly Attribution[] {
  finder.seen.begin(block, evidence.marks);
  const parts = codeOf(tree, finder, block, evidence);
  finder.seen.note(
    parts.map(({ site }) => site),
    block,
  );
  return chargeStarvation(block, parts, { ...evidence, gc: gcIn(tree, block) });
}
