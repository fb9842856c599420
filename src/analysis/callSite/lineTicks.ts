import ts from 'typescript';
import type { CallTree } from '../timeline/callTree.ts';
import { positionAt } from '../../code/calls/functionAt.ts';
import type { NodeSource } from '../source/nodeSources.ts';
import type { ScriptSources } from '../source/scriptSources.ts';
import { inlinedAt } from './placesInText.ts';

/** A function that starts this far into its line is generated or minified code, whose line numbers tell nothing. */
const farColumn = 300;
/** Lines below this share of a function's own ticks are noise of the sampler. */
const leastShare = 0.15;

/** A zero-based line of the source with its share of a function's own time. */
export interface LineWeight {
  readonly line: number;
  readonly share: number;
}

/** What V8's ticks per line tell of the nodes of one call tree. */
export class LineTicks {
  readonly #tree: CallTree;
  readonly #sources: ScriptSources;
  readonly #source: (node: number) => NodeSource;

  constructor(tree: CallTree, sources: ScriptSources, source: (node: number) => NodeSource) {
    this.#tree = tree;
    this.#sources = sources;
    this.#source = source;
  }

  /** Whether the code of a node shares its line with most of its file, as bundlers and tsx write it. */
  isLineless(node: number): boolean {
    const { url, scriptId, lineNumber, columnNumber } = this.#tree.frame(node);
    return columnNumber > farColumn || this.#sources.isManyInOne(url, lineNumber, scriptId);
  }

  /** V8 notes the caller's lines with native functions; a script function's ticks are its own. */
  callerLines(caller: number, entered: number, window: number): readonly number[] {
    const { url, scriptId } = this.#tree.frame(caller);
    if (this.#source(entered).located.kind !== 'native' || this.isLineless(caller)) return [];
    const ticks = this.#tree.ticks[entered]?.get(window) ?? [];
    return ticks.flatMap(({ line }) => {
      const place = this.#sources.original(url, { line: line - 1, column: -1 }, scriptId);
      return place === null ? [] : [place.position.line];
    });
  }

  /** Zero-based lines of a function's own time, hottest first. Lines of functions inlined into it are dropped. */
  lines(node: number, window: number): readonly LineWeight[] {
    const { located, scope, unsure } = this.#source(node);
    const frame = this.#tree.frame(node);
    if (scope === undefined || unsure !== undefined || located.place === null || this.isLineless(node))
      return [];
    const file = scope.getSourceFile();
    const first = positionAt(file, scope.getStart(file)).line;
    const last = positionAt(file, scope.end).line;
    const weights = new Map<number, number>();
    for (const { line, ticks } of this.#tree.ticks[node]?.get(window) ?? []) {
      const at = { line: line - 1, column: -1 };
      const place = this.#sources.original(frame.url, at, frame.scriptId);
      if (place?.path !== located.place.path) continue;
      const hit = place.position.line;
      if (hit >= first && hit <= last) weights.set(hit, (weights.get(hit) ?? 0) + ticks);
    }
    const total = [...weights.values()].reduce((sum, ticks) => sum + ticks, 0);
    return [...weights]
      .map(([line, ticks]) => ({ line, share: ticks / total }))
      .filter(({ share }) => share >= leastShare)
      .sort((a, b) => b.share - a.share);
  }

  /** The shares of a node's own time on lines of other functions of its file, which V8 had inlined into it. */
  inlined(node: number, window: number): ReadonlyMap<ts.FunctionLikeDeclaration, number> {
    const { located, scope, unsure } = this.#source(node);
    const shares = new Map<ts.FunctionLikeDeclaration, number>();
    if (scope === undefined || ts.isSourceFile(scope) || unsure !== undefined || this.isLineless(node))
      return shares;
    const frame = this.#tree.frame(node);
    const ticks = this.#tree.ticks[node]?.get(window) ?? [];
    const total = ticks.reduce((sum, each) => sum + each.ticks, 0);
    for (const { line, ticks: count } of ticks) {
      const place = this.#sources.original(frame.url, { line: line - 1, column: -1 }, frame.scriptId);
      const inner = place?.path === located.place?.path ? inlinedAt(scope, place?.position.line ?? -1) : null;
      if (inner !== null) shares.set(inner, (shares.get(inner) ?? 0) + count / total);
    }
    return shares;
  }
}
