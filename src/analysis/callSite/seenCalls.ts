import type { CallSite } from '../../code/calls/callSite.ts';
import type { Mark } from '../../recording/recording.ts';
import type { Block } from '../timeline/segmentBlocks.ts';

/**
 * The calls that blocks were charged with, in the order of time: work that goes on in later callbacks, where its call is on no
 * stack any more, is of the last one that was seen. A request in between may have started other work.
 */
export class SeenCalls {
  #seen: { readonly site: CallSite; readonly end: number }[] = [];
  #start = 0;

  /** A block begins; what was seen before the last request says nothing of it. `marks` are in order. */
  begin({ start }: Block, marks: readonly Mark[]): void {
    this.#start = start;
    const request = marks.findLast(({ kind, at }) => kind === 'request' && at <= start)?.at ?? -Infinity;
    this.#seen = this.#seen.filter(({ end }) => end >= request);
  }

  /** What the block was charged with. */
  note(sites: readonly (CallSite | null)[], { end }: Block): void {
    for (const site of sites) if (site?.precision === 'call') this.#seen.push({ site, end });
  }

  /** The last seen of several calls; null where none of them was. */
  last(sites: readonly CallSite[]): CallSite | null {
    const seen = this.#seen.findLast(
      ({ site, end }) => end <= this.#start && sites.some((each) => isSame(each, site)),
    );
    return sites.find((each) => seen !== undefined && isSame(each, seen.site)) ?? null;
  }
}

const isSame = (a: CallSite, b: CallSite): boolean =>
  a.path === b.path &&
  a.range.start.line === b.range.start.line &&
  a.range.start.column === b.range.start.column;
