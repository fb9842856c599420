import ts from 'typescript';
import type { Position } from '../../base/position.ts';
import type { Cause } from '../../report/cause.ts';
import type { CallTree } from '../timeline/callTree.ts';
import { framelessCause, regexCall } from './builtinCalls.ts';
import { framelessCallsOn, headRange, inlinedAt, lineRange, rangeOf } from './placesInText.ts';
import { patternRisk } from '../../code/patternRisk.ts';
import type { CallSite } from '../../code/calls/callSite.ts';
import { calleeName, callsIn, isCallNode, type CallNode } from '../../code/calls/callsIn.ts';
import {
  enclosingScope,
  innermostScope,
  offsetAt,
  positionAt,
  scopePath,
  titleOf,
  type Scope,
} from '../../code/calls/functionAt.ts';
import { loopDepth } from '../../code/calls/loopDepth.ts';
import { NodeSources, unsurePlace, type LiveFrame, type NodeSource } from '../source/nodeSources.ts';
import { byOffsets, matchCall, patternOfFrame } from './matchCall.ts';
import { plainName } from '../../code/calls/plainName.ts';
import type { LocatedFrame, ScriptSources } from '../source/scriptSources.ts';

/** A function that starts this far into its line is generated or minified code, whose line numbers tell nothing. */
const farColumn = 300;
/** Lines below this share of a function's own ticks are noise of the sampler. */
const leastShare = 0.15;

/** A share of a function's own time: in a builtin that has no frame of its own, or (null) in its own JavaScript. */
export interface OwnShare {
  readonly share: number;
  readonly builtin: { readonly cause: Cause; readonly site: CallSite } | null;
}

interface LineWeight {
  readonly line: number;
  readonly share: number;
}

/** Finds call sites in source for the nodes of one call tree; answers are remembered per node. */
export class SiteFinder {
  readonly #tree: CallTree;
  readonly #sources: ScriptSources;
  readonly #nodes: NodeSources;
  readonly #calls = new Map<string, CallSite | null>();

  constructor(tree: CallTree, sources: ScriptSources) {
    this.#tree = tree;
    this.#sources = sources;
    this.#nodes = new NodeSources(tree, sources);
  }

  /** Where a position of the text that ran is in the file as it is now, as well as can be told. */
  current(path: string, position: Position): Position {
    return this.#sources.current(path, { start: position, end: position }).range.start;
  }

  /** The source behind a node. */
  source(node: number): NodeSource {
    return this.#nodes.source(node);
  }

  /** Adds a function that only a live stack shows to the call tree, below a node; answers with its node. */
  adopt(parent: number, live: LiveFrame): number {
    return this.#nodes.adopt(parent, live);
  }

  /** Whose code a frame of a live stack is. */
  kindOfLive(live: LiveFrame): LocatedFrame['kind'] {
    return this.#sources.locate({ ...live, scriptId: '' }).kind;
  }

  /**
   * The call in the function of `caller` through which its child `entered` was reached; null when it cannot be told.
   * `live` are frames of stacks taken inside the same block.
   */
  call(caller: number, entered: number, window: number, live: readonly LiveFrame[]): CallSite | null {
    const callerOffsets = this.#liveOffsets(caller, live);
    if (callerOffsets.length > 0) return this.#match(caller, entered, window, callerOffsets);
    const key = `${String(caller)}>${String(entered)}@${String(window)}`;
    const known = this.#calls.get(key);
    if (known !== undefined) return known;
    const site = this.#match(caller, entered, window, []);
    this.#calls.set(key, site);
    return site;
  }

  #match(caller: number, entered: number, window: number, callerOffsets: readonly number[]): CallSite | null {
    const match = this.#matchedCall(caller, entered, window, callerOffsets);
    return match === undefined ? null : this.#callSite(caller, match);
  }

  #matchedCall(
    caller: number,
    entered: number,
    window: number,
    callerOffsets: readonly number[],
  ): CallNode | undefined {
    const { scope, unsure } = this.source(caller);
    if (scope === undefined || unsure !== undefined) return undefined;
    return matchCall(scope, {
      frame: this.#tree.frame(entered),
      declaration: this.source(entered).scope,
      isGenerated: this.source(entered).located.kind === 'generated',
      callerLines: this.#callerLines(caller, entered, window),
      callerOffsets,
    });
  }

  /** How many loops are around the call through which `entered` was reached; 0 where that call cannot be told. */
  loopsAround(caller: number, entered: number, window: number): number {
    const call = this.#matchedCall(caller, entered, window, []);
    return call === undefined ? 0 : loopDepth(call);
  }

  /** Where live stacks of the block found the caller's function. */
  #liveOffsets(caller: number, live: readonly LiveFrame[]): readonly number[] {
    const { scope, located, unsure } = this.source(caller);
    if (scope === undefined || unsure !== undefined) return [];
    const file = scope.getSourceFile();
    return live.flatMap((frame) => {
      const place = this.#sources.original(frame.url, { line: frame.lineNumber, column: frame.columnNumber });
      if (place === null || place.path !== located.place?.path) return [];
      const offset = offsetAt(file, place.position);
      return offset !== undefined && innermostScope(file, offset) === scope ? [offset] : [];
    });
  }

  /** Whether the function of a node is written in a call, or named there: then the call hands it on to be called. */
  handsOver({ path, range }: CallSite, node: number): boolean {
    const { located, scope } = this.source(node);
    const file = this.#sources.tree(path);
    const [start, end] = file === undefined ? [] : [offsetAt(file, range.start), offsetAt(file, range.end)];
    if (file === undefined || start === undefined || end === undefined) return false;
    const isInside =
      located.place?.path === path && scope !== undefined && start <= scope.pos && scope.end <= end;
    const name = plainName(located.frame.functionName);
    const words = file.text.slice(start, end).match(/[\w$]+/g) ?? [];
    return isInside || (name !== '' && words.slice(1).includes(name));
  }

  /** The function of a node; with `byLine`, at its hottest line if known. */
  function(node: number, window: number, byLine: boolean, callee: number | null): CallSite {
    const { located, scope } = this.source(node);
    const path = located.place?.path ?? located.frame.url;
    const origin = located.kind === 'user' ? 'user' : located.kind === 'dependency' ? 'dependency' : 'node';
    const name = callee === null ? null : plainName(this.#tree.frame(callee).functionName) || null;
    if (scope === undefined) {
      const at = located.place?.position ?? { line: 0, column: 0 };
      const start = { line: Math.max(at.line, 0), column: Math.max(at.column, 0) };
      const title = located.frame.functionName || '(anonymous)';
      const base = {
        path,
        origin,
        functionTitle: title,
        scopePath: title,
        callee: name,
        ordinal: 0,
        ...unsurePlace(this.source(node)),
      } as const;
      return { ...base, range: { start, end: start }, precision: 'function' };
    }
    const base = {
      path,
      origin,
      functionTitle: titleOf(scope),
      scopePath: scopePath(scope),
      callee: name,
      ordinal: 0,
      ...unsurePlace(this.source(node)),
    } as const;
    const hottest = byLine ? this.#lines(node, window)[0] : undefined;
    const file = scope.getSourceFile();
    if (hottest !== undefined) return { ...base, range: lineRange(file, hottest.line), precision: 'line' };
    return { ...base, range: headRange(file, scope), precision: 'function' };
  }

  /**
   * How a node's own JavaScript time divides among functions that V8 had inlined into it. Its lines show that: a line
   * in another function leads to that function. Gives nodes for these functions, below the node, with their shares; the
   * rest is its own.
   */
  inlined(node: number, window: number): readonly { readonly node: number; readonly share: number }[] {
    const { located, scope, unsure } = this.source(node);
    const frame = this.#tree.frame(node);
    if (
      scope === undefined ||
      ts.isSourceFile(scope) ||
      unsure !== undefined ||
      frame.columnNumber > farColumn
    )
      return [];
    const ticks = this.#tree.ticks[node]?.get(window) ?? [];
    const total = ticks.reduce((sum, each) => sum + each.ticks, 0);
    const shares = new Map<number, number>();
    for (const { line, ticks: count } of ticks) {
      const place = this.#sources.original(frame.url, { line: line - 1, column: -1 }, frame.scriptId);
      const inner = place?.path === located.place?.path ? inlinedAt(scope, place?.position.line ?? -1) : null;
      if (inner === null) continue;
      const below =
        this.#tree.children[node]?.find((child) => this.source(child).scope === inner) ??
        this.#nodes.place(node, inner);
      shares.set(below, (shares.get(below) ?? 0) + count / total);
    }
    return [...shares].map(([below, share]) => ({ node: below, share }));
  }

  /** How a node's own time divides among builtins without a frame and its own JavaScript; shares sum to 1. */
  ownShares(node: number, window: number, live: readonly LiveFrame[]): readonly OwnShare[] {
    const { scope, unsure } = this.source(node);
    if (scope === undefined || unsure !== undefined) return [{ share: 1, builtin: null }];
    const lines = this.#lines(node, window);
    const shares = lines.flatMap(({ line, share }): readonly OwnShare[] => {
      const call = this.#framelessCallOn(node, scope, line, live);
      const cause = call === undefined ? null : framelessCause(call);
      if (call === undefined || cause === null) return [];
      return [{ share, builtin: { cause, site: this.#callSite(node, call) } }];
    });
    const rest = 1 - shares.reduce((sum, { share }) => sum + share, 0);
    return rest > 0.01 ? [...shares, { share: rest, builtin: null }] : shares;
  }

  /** The call to a builtin without a frame on a line: of several regular expressions the one that stacks show. */
  #framelessCallOn(
    node: number,
    scope: Scope,
    line: number,
    live: readonly LiveFrame[],
  ): CallNode | undefined {
    const calls = framelessCallsOn(scope, line);
    const [outermost] = calls;
    if (outermost === undefined || calls.length === 1 || !calls.every((call) => regexCall(call) !== null))
      return outermost;
    const seen = byOffsets(calls, this.#liveOffsets(node, live));
    if (seen !== undefined) return seen;
    const heaviest = this.#tree.heaviestChild(node, (frame) => patternOfFrame(frame) !== null);
    const pattern = heaviest === null ? null : patternOfFrame(this.#tree.frame(heaviest));
    const bySample = calls.find((call) => regexCall(call)?.pattern === pattern);
    if (pattern !== null && bySample !== undefined) return bySample;
    const risky = calls.filter((call) => patternRisk(regexCall(call)?.pattern ?? '') !== null);
    return risky.length === 1 ? risky[0] : outermost;
  }

  /** The only call of a function that runs a regular expression, or the one that live stacks show. */
  regexCallIn(node: number, live: readonly LiveFrame[]): CallSite | null {
    const { scope, unsure } = this.source(node);
    if (scope === undefined || unsure !== undefined) return null;
    const calls = callsIn(scope, false).filter((call) => regexCall(call) !== null);
    const call = calls.length === 1 ? calls[0] : byOffsets(calls, this.#liveOffsets(node, live));
    return call === undefined ? null : this.#callSite(node, call);
  }

  /** The site of a call that stands in the file of a node, or of the line on which other code begins. */
  siteAt(node: number, code: ts.Node): CallSite {
    const around = enclosingScope(code);
    if (isCallNode(code)) return this.#callSite(node, code, around);
    const file = code.getSourceFile();
    const { located } = this.source(node);
    return {
      path: located.place?.path ?? located.frame.url,
      functionTitle: titleOf(around),
      scopePath: scopePath(around),
      callee: null,
      ordinal: 0,
      range: lineRange(file, positionAt(file, code.getStart(file)).line),
      precision: 'line',
      origin: located.kind === 'dependency' ? 'dependency' : 'user',
      ...unsurePlace(this.source(node)),
    };
  }

  #callSite(caller: number, call: CallNode, within?: Scope): CallSite {
    const { located, scope } = this.source(caller);
    const file = call.getSourceFile();
    const name = calleeName(call);
    // V8 may have inlined the function that holds the call into its caller.
    const around = within ?? (scope === undefined ? file : enclosingScope(call));
    const equals = callsIn(around, true).filter((other) => calleeName(other) === name);
    return {
      path: located.place?.path ?? located.frame.url,
      functionTitle: titleOf(around),
      scopePath: scopePath(around),
      callee: name ?? call.getText(file).slice(0, 60),
      ordinal: Math.max(equals.indexOf(call), 0),
      range: rangeOf(file, call.getStart(file), call.end),
      precision: 'call',
      origin: located.kind === 'dependency' ? 'dependency' : 'user',
      ...unsurePlace(this.source(caller)),
    };
  }

  /** V8 notes the caller's lines with native functions; a script function's ticks are its own. */
  #callerLines(caller: number, entered: number, window: number): readonly number[] {
    const { url, scriptId } = this.#tree.frame(caller);
    if (this.source(entered).located.kind !== 'native') return [];
    const ticks = this.#tree.ticks[entered]?.get(window) ?? [];
    return ticks.flatMap(({ line }) => {
      const place = this.#sources.original(url, { line: line - 1, column: -1 }, scriptId);
      return place === null ? [] : [place.position.line];
    });
  }

  /** Zero-based lines of a function's own time, hottest first. Lines of functions inlined into it are dropped. */
  #lines(node: number, window: number): readonly LineWeight[] {
    const { located, scope, unsure } = this.source(node);
    const frame = this.#tree.frame(node);
    if (
      scope === undefined ||
      unsure !== undefined ||
      located.place === null ||
      frame.columnNumber > farColumn
    )
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
}
