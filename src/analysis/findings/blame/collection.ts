import { micros, type Micros } from '../../../base/units.ts';
import { metaFrameOf, type CallTree } from '../../timeline/callTree.ts';
import type { Block, Slice } from '../../timeline/segmentBlocks.ts';
import { siteKey, type Attribution } from '../attribution.ts';

/** From this share of a block on the collector is what the block is about, not a cost of its code. */
const most = 0.5;
/** Code seen before a collection made the garbage when it was seen this often, and in this share of the block or behind it. */
const leastSamples = 2;
const leastShare = 0.1;

const isMeta = (tree: CallTree, { node }: Slice): boolean => metaFrameOf(tree.frame(node)) !== null;
const isGc = (tree: CallTree, { node }: Slice): boolean => metaFrameOf(tree.frame(node)) === 'gc';
const sum = (slices: readonly Slice[]): number => slices.reduce((total, { duration }) => total + duration, 0);

/** The collector and native time outside JavaScript have no stack: their time goes to the code around them. */
export function withoutMeta(tree: CallTree, slices: readonly Slice[]): readonly Slice[] {
  const first = slices.find((slice) => !isMeta(tree, slice));
  if (first === undefined) return [];
  let last = first;
  return slices.map((slice) => {
    if (!isMeta(tree, slice)) last = slice;
    return { ...slice, node: last.node };
  });
}

const keyOf = ({ site, cause }: Attribution): string => siteKey(site, cause);

/** How long the samples of a block show the collector. */
export const gcIn = (tree: CallTree, { slices }: Block): Micros =>
  micros(sum(slices.filter((slice) => isGc(tree, slice))));

/** A block in which only the collector or native code outside JavaScript ran. */
export function metaOnly(tree: CallTree, block: Block): readonly Attribution[] {
  const cause = gcIn(tree, block) > 0 ? 'gc' : 'unknown';
  const leaf = block.slices[0]?.node ?? 0;
  return [{ site: null, cause, duration: micros(block.end - block.start), leaf }];
}

/** Whether the samples of a block show the collector most of the time. */
export const isMostlyCollection = (tree: CallTree, block: Block): boolean =>
  gcIn(tree, block) > most * sum(block.slices);

/**
 * The parts of a block that is mostly a collection. A call is named with it if its code was seen before the collection,
 * often enough to have made the garbage; code that was only seen afterwards did not make it. A mechanism that
 * allocates, such as parsing, keeps its name. `whole` are the block's slices with code in the place of the collector.
 */
export function collectionIn(
  tree: CallTree,
  block: Block,
  whole: readonly Slice[],
  complete: (slices: readonly Slice[]) => readonly Slice[],
  spent: (slices: readonly Slice[]) => readonly Attribution[],
): readonly Attribution[] {
  const { slices } = block;
  const lastGc = slices.findLastIndex((slice) => isGc(tree, slice));
  const isCode = (index: number): boolean => {
    const slice = slices[index];
    return slice !== undefined && !isMeta(tree, slice);
  };
  const completed = complete(whole);
  const before = completed.filter((_slice, index) => index < lastGc && isCode(index));
  const after = completed.filter((_slice, index) => index > lastGc && isCode(index));
  const [seen] = before.length >= leastSamples ? spent(before) : [];
  const isMaker =
    seen !== undefined &&
    (sum(before) >= leastShare * sum(slices) || spent(after).some((part) => keyOf(part) === keyOf(seen)));
  const maker = isMaker ? seen : undefined;
  const isOfGc = new Set(slices.flatMap((slice, index) => (isGc(tree, slice) ? [index] : [])));
  const parts = spent(completed.filter((_slice, index) => !isOfGc.has(index)));
  const duration = gcIn(tree, block);
  const leaf = slices.find((slice) => isGc(tree, slice))?.node ?? 0;
  if (maker === undefined) return [{ site: null, cause: 'gc', duration, leaf }, ...parts];
  const cause = maker.cause === 'cpu' ? 'gc' : maker.cause;
  return [
    { ...maker, cause, duration },
    // What the call itself computed is not a second finding.
    ...parts.map((part) => (keyOf(part) === keyOf(maker) ? { ...part, cause } : part)),
  ];
}
