import type ts from 'typescript';
import type { LiveStack } from '../../recording/recording.ts';
import type { CallTree } from '../timeline/callTree.ts';
import type { UnsurePlace } from '../../report/report.ts';
import { findAround, findFunction, type FoundFunction } from './foundFunction.ts';
import {
  functionAt,
  innermostScope,
  nameOf,
  offsetAt,
  positionAt,
  type Scope,
} from '../../code/calls/functionAt.ts';
import { isPathOrFileUrl } from '../../base/scriptAddress.ts';
import type { LocatedFrame, ScriptSources } from './scriptSources.ts';

/** A call tree node with its source. */
export interface NodeSource {
  readonly located: LocatedFrame;
  readonly scope: Scope | undefined;
  /**
   * Set if the text of the file is not the one that ran. `name`: the function was found by its name alone. `file`: only
   * the file is known, and its place means nothing.
   */
  readonly unsure?: 'name' | 'file';
}

/** A frame of a live stack. `isLeaf`: it is the innermost. `isAwaiting`: it is not on the stack but waits for what is. */
export type LiveFrame = LiveStack['frames'][number] & {
  readonly isLeaf?: true;
  readonly isAwaiting?: true;
};

/** The source behind the nodes of one call tree; answers are remembered per node. */
export class NodeSources {
  readonly #tree: CallTree;
  readonly #sources: ScriptSources;
  readonly #known = new Map<number, NodeSource>();
  /** Nodes of code without a file that count as the program's own. */
  readonly #promoted = new Set<number>();

  constructor(tree: CallTree, sources: ScriptSources) {
    this.#tree = tree;
    this.#sources = sources;
  }

  /** The source behind a node. */
  source(node: number): NodeSource {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const located = this.#ofProgram(node, this.#sources.locate(this.#tree.frame(node)));
    const source = this.#inSource(located);
    this.#known.set(node, source);
    return source;
  }

  #inSource(located: LocatedFrame): NodeSource {
    const { place, frame } = located;
    const file = place === null ? undefined : this.#sources.tree(place.path);
    if (file === undefined || place === null) return { located, scope: undefined };
    const { functionName } = frame;
    if (this.#sources.isTextThatRan(frame, place))
      return { located, scope: functionAt(file, place.position, functionName) };
    return placed(located, findFunction(file, place.position, functionName));
  }

  /**
   * Code without a file belongs to the code that runs it. If none of the project's code does, it is the program itself,
   * and its names are all that is known.
   */
  #ofProgram(node: number, located: LocatedFrame): LocatedFrame {
    if (located.kind !== 'generated' || located.place === null) return located;
    for (let at = this.#tree.parent(node); at > 0; at = this.#tree.parent(at))
      if (this.source(at).located.kind === 'user' && !this.#promoted.has(at)) return located;
    this.#promoted.add(node);
    return { ...located, kind: 'user' };
  }

  /** Adds a function of the same file below a node, into which V8 had inlined it; answers with its node. */
  place(parent: number, scope: ts.FunctionLikeDeclaration): number {
    const { located } = this.source(parent);
    const file = scope.getSourceFile();
    const position = positionAt(file, scope.getStart(file));
    const { url, scriptId } = located.frame;
    const at = { lineNumber: position.line, columnNumber: position.column };
    const frame = { functionName: nameOf(scope), scriptId, url, ...at };
    const node = this.#tree.extend(parent, frame);
    const place = located.place === null ? null : { ...located.place, position };
    if (!this.#known.has(node)) this.#known.set(node, { located: { ...located, frame, place }, scope });
    return node;
  }

  /**
   * Adds a function that only a live stack shows to the call tree, below a node; answers with its node. Its place is
   * that of the innermost function around the live position.
   */
  adopt(parent: number, live: LiveFrame): number {
    const place = this.#sources.original(live.url, { line: live.lineNumber, column: live.columnNumber });
    const file = place === null ? undefined : this.#sources.tree(place.path);
    const offset = file === undefined || place === null ? undefined : offsetAt(file, place.position);
    const scope = file === undefined || offset === undefined ? undefined : innermostScope(file, offset);
    const begin =
      file === undefined || scope === undefined
        ? { line: live.lineNumber, column: live.columnNumber }
        : positionAt(file, scope.getStart(file));
    const { functionName, url } = live;
    const at = { lineNumber: begin.line, columnNumber: begin.column };
    const frame = { functionName, scriptId: '', url, ...at };
    const node = this.#tree.extend(parent, frame);
    if (this.#known.has(node)) return node;
    const located = {
      frame,
      kind: this.#sources.locate({ ...live, scriptId: '' }).kind,
      place: place === null ? null : { ...place, position: begin },
    };
    const isSure = file === undefined || place === null || this.#sources.isTextThatRan(frame, place);
    const source = isSure ? { located, scope } : placed(located, findAround(file, scope, functionName));
    this.#known.set(node, source);
    return node;
  }
}

/** What the place of a node's code lacks, as a part of a call site or a frame. */
export function unsurePlace({ located: { place }, unsure }: NodeSource): { readonly place?: UnsurePlace } {
  if (place !== null && !isPathOrFileUrl(place.path)) return { place: 'address' };
  return unsure === 'file' ? { place: 'file' } : {};
}

/** A frame with what was found of its function in a text that may not be the one that ran. */
function placed(located: LocatedFrame, found: FoundFunction | undefined): NodeSource {
  const { place } = located;
  const start = { line: 0, column: 0 };
  if (place === null || found === undefined)
    return {
      located: { ...located, place: place === null ? null : { ...place, position: start } },
      scope: undefined,
      unsure: 'file',
    };
  const { position, scope, by } = found;
  if (by === 'ran') return { located, scope };
  return { located: { ...located, place: { ...place, position } }, scope, unsure: 'name' };
}
