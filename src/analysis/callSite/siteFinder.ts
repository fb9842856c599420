import ts from 'typescript';
import type { Position } from '../../base/position.ts';
import type { Cause } from '../../report/cause.ts';
import type { CallTree } from '../timeline/callTree.ts';
import { framelessCause, regexCall } from './builtinCalls.ts';
import { framelessCallsOn, headRange, lineRange } from './placesInText.ts';
import { patternRisk } from '../../code/patternRisk.ts';
import type { CallSite } from '../../code/calls/callSite.ts';
import { callsIn, isCallNode, type CallNode } from '../../code/calls/callsIn.ts';
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
import {
  byOffsets,
  importedCallee,
  matchCall,
  matchLine,
  patternOfFrame,
  type EnteredFrame,
} from './matchCall.ts';
import { packageOf } from '../causes/causeRule.ts';
import { plainName } from '../../code/calls/plainName.ts';
import type { Packages } from '../source/packages.ts';
import type { BlockingPath } from './blockingPath.ts';
import type { LocatedFrame, ScriptSources } from '../source/scriptSources.ts';
import { alikeScopes, callIn } from './callInText.ts';
import { framelessByShape } from './framelessByShape.ts';
import { LineTicks } from './lineTicks.ts';
import { NearTrees } from './nearTrees.ts';
import { SeenCalls } from './seenCalls.ts';
import { isSameFunction } from './sameFunction.ts';

/** A share of a function's own time: in a builtin that has no frame of its own, or (null) in its own JavaScript. */
export interface OwnShare {
  readonly share: number;
  readonly builtin: { readonly cause: Cause; readonly site: CallSite } | null;
}

/** A wrapper calls what it wraps within so many frames. */
const deepestWrapped = 6;

/** Finds call sites in source for the nodes of one call tree; answers are remembered per node. */
export class SiteFinder {
  readonly #tree: CallTree;
  readonly #sources: ScriptSources;
  readonly #nodes: NodeSources;
  readonly #ticks: LineTicks;
  readonly #calls = new Map<string, CallSite | null>();

  /** The sources in which a call may wait for what runs. */
  readonly near: NearTrees;
  /** What the blocks before were charged with. */
  readonly seen = new SeenCalls();

  /** The packages that the code of dependencies is of. */
  readonly packages: Packages;

  constructor(tree: CallTree, sources: ScriptSources) {
    this.#tree = tree;
    this.#sources = sources;
    this.packages = sources.packages;
    this.near = new NearTrees(sources);
    this.#nodes = new NodeSources(tree, sources);
    this.#ticks = new LineTicks(tree, sources, (node) => this.source(node));
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

  /**
   * Whether a live stack found a function only just entered. Interrupts wait for the next function or round of a loop: what
   * ran until then was a builtin that the function's caller had called before.
   */
  isJustEntered(live: LiveFrame): boolean {
    const place = this.#sources.original(live.url, { line: live.lineNumber, column: live.columnNumber });
    const file = place === null ? undefined : this.#sources.tree(place.path);
    const offset = file === undefined || place === null ? undefined : offsetAt(file, place.position);
    if (file === undefined || offset === undefined) return false;
    const scope = innermostScope(file, offset);
    return !ts.isSourceFile(scope) && scope.body !== undefined && offset < scope.body.getStart();
  }

  /** Whose code a frame of a live stack is. */
  kindOfLive(live: LiveFrame): LocatedFrame['kind'] {
    return this.#sources.locate({ ...live, scriptId: '' }).kind;
  }

  /**
   * The call in the function of `caller` through which its child `entered` was reached; null when it cannot be told.
   * `live` are frames of stacks taken inside the same block. `path` leads from the leaf at least up to `entered`.
   */
  call(caller: number, entered: number, { window, live, path }: BlockingPath): CallSite | null {
    const callerOffsets = this.#liveOffsets(caller, live, entered);
    const below = path.slice(0, Math.max(path.indexOf(entered), 0)).reverse();
    const frame = this.#entered(caller, entered, window, callerOffsets);
    const wrapped = (): CallSite | null => this.#match(caller, { ...frame, below: this.#names(below) });
    if (callerOffsets.length > 0) return wrapped();
    const key = `${String(caller)}>${String(entered)}@${String(window)}`;
    const site = this.#remembered(key, () => this.#match(caller, frame));
    if (site !== null || below.length === 0 || frame.kind !== 'dependency') return site;
    return this.#remembered(`${key}/${String(path[0])}`, wrapped);
  }

  #remembered(key: string, find: () => CallSite | null): CallSite | null {
    const known = this.#calls.get(key);
    if (known !== undefined) return known;
    const site = find();
    this.#calls.set(key, site);
    return site;
  }

  #names(nodes: readonly number[]): readonly string[] {
    return nodes.slice(0, deepestWrapped).map((node) => this.#tree.frame(node).functionName);
  }

  #match(caller: number, frame: EnteredFrame): CallSite | null {
    const { scope, unsure } = this.source(caller);
    if (scope === undefined || unsure !== undefined) return null;
    const call = matchCall(scope, frame);
    if (call !== undefined) return this.#callSite(caller, call);
    const onLine = matchLine(scope, frame);
    if (onLine === undefined) return null;
    const site = this.#callSite(caller, onLine);
    return { ...site, range: lineRange(scope.getSourceFile(), site.range.start.line), precision: 'line' };
  }

  #entered(caller: number, entered: number, window: number, callerOffsets: readonly number[]): EnteredFrame {
    const frame = this.#tree.frame(entered);
    const name = packageOf(frame);
    return {
      frame,
      isOfDependency: (imported) => name !== null && this.packages.dependsOn(imported, name),
      declaration: this.source(entered).scope,
      kind: this.source(entered).located.kind,
      callerLines: this.#ticks.callerLines(caller, entered, window),
      callerOffsets,
    };
  }

  /** How many loops are around the call through which `entered` was reached; 0 where that call cannot be told. */
  loopsAround(caller: number, entered: number, window: number): number {
    const { scope, unsure } = this.source(caller);
    const call =
      scope === undefined || unsure !== undefined
        ? undefined
        : matchCall(scope, this.#entered(caller, entered, window, []));
    return call === undefined ? 0 : loopDepth(call);
  }

  /** Where live stacks of the block found the caller's function: those below which they saw `entered`, if there are any. */
  #liveOffsets(caller: number, live: readonly LiveFrame[], entered: number | null = null): readonly number[] {
    const { scope, located, unsure } = this.source(caller);
    if (scope === undefined || unsure !== undefined) return [];
    const file = scope.getSourceFile();
    const below = entered === null ? null : this.#tree.frame(entered);
    const isBelow = (frame: LiveFrame | undefined): boolean =>
      frame !== undefined && below !== null && isSameFunction(below, frame);
    const seen = live.filter((_frame, index) => isBelow(live[index - 1]));
    const offsets = this.#offsetsIn(scope, located, file, seen);
    return offsets.length > 0 ? offsets : this.#offsetsIn(scope, located, file, live);
  }

  #offsetsIn(
    scope: Scope,
    located: LocatedFrame,
    file: ts.SourceFile,
    live: readonly LiveFrame[],
  ): readonly number[] {
    return live.flatMap((frame) => {
      if (frame.isAwaiting === true) return [];
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
    const owner = this.#owner(located);
    const name = callee === null ? null : this.#calleeName(scope, callee);
    if (scope === undefined) {
      const at = located.place?.position ?? { line: 0, column: 0 };
      const start = { line: Math.max(at.line, 0), column: Math.max(at.column, 0) };
      const title = located.frame.functionName || '(anonymous)';
      const base = {
        path,
        ...owner,
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
      ...owner,
      functionTitle: titleOf(scope),
      scopePath: scopePath(scope),
      callee: name,
      ordinal: Math.max(alikeScopes(scope).indexOf(scope), 0),
      ...unsurePlace(this.source(node)),
    } as const;
    const hottest = byLine ? this.#ticks.lines(node, window)[0] : undefined;
    const file = scope.getSourceFile();
    if (hottest !== undefined) return { ...base, range: lineRange(file, hottest.line), precision: 'line' };
    return { ...base, range: headRange(file, scope), precision: 'function' };
  }

  /** The name of a function that was entered, as its caller's text has it where that is known. */
  #calleeName(caller: Scope | undefined, entered: number): string | null {
    const name = plainName(this.#tree.frame(entered).functionName) || null;
    if (name === null || caller === undefined || this.source(entered).located.kind === 'user') return name;
    return importedCallee(caller, name) ?? name;
  }

  /**
   * How a node's own JavaScript time divides among functions that V8 had inlined into it. Its lines show that: a line
   * in another function leads to that function. Gives nodes for these functions, below the node, with their shares; the
   * rest is its own.
   */
  inlined(node: number, window: number): readonly { readonly node: number; readonly share: number }[] {
    const shares = [...this.#ticks.inlined(node, window)];
    return shares.map(([inner, share]) => ({
      node:
        this.#tree.children[node]?.find((child) => this.source(child).scope === inner) ??
        this.#nodes.place(node, inner),
      share,
    }));
  }

  /** How a node's own time divides among builtins without a frame and its own JavaScript; shares sum to 1. */
  ownShares(node: number, window: number, live: readonly LiveFrame[]): readonly OwnShare[] {
    const { scope, unsure } = this.source(node);
    if (scope === undefined || unsure !== undefined) return [{ share: 1, builtin: null }];
    const lines = this.#ticks.lines(node, window);
    if (lines.length === 0 && this.#ticks.isLineless(node)) {
      const leaves = live.filter(({ isLeaf }) => isLeaf === true);
      const call = framelessByShape(scope, this.#liveOffsets(node, leaves));
      const cause = call === undefined ? null : framelessCause(call);
      if (call !== undefined && cause !== null)
        return [{ share: 1, builtin: { cause, site: this.#callSite(node, call) } }];
    }
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
      ...this.#owner(located),
      ...unsurePlace(this.source(node)),
    };
  }

  #callSite(caller: number, call: CallNode, within?: Scope): CallSite {
    const { located, scope } = this.source(caller);
    // V8 may have inlined the function that holds the call into its caller.
    const around = within ?? (scope === undefined ? call.getSourceFile() : enclosingScope(call));
    return {
      path: located.place?.path ?? located.frame.url,
      ...callIn(around, call),
      ...this.#owner(located),
      ...unsurePlace(this.source(caller)),
    };
  }

  /** Whose code a call or function is. */
  #owner({ kind, place, frame }: LocatedFrame): Pick<CallSite, 'origin' | 'package'> {
    if (kind !== 'dependency') return { origin: kind === 'native' || kind === 'node' ? 'node' : 'user' };
    const name = this.packages.of(place?.path ?? frame.url);
    return { origin: 'dependency', ...(name === null ? {} : { package: name }) };
  }
}
