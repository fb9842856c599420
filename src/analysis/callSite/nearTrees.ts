import type ts from 'typescript';
import type { CallSite } from '../../code/calls/callSite.ts';
import type { CallNode } from '../../code/calls/callsIn.ts';
import { enclosingScope, offsetAt } from '../../code/calls/functionAt.ts';
import type { LiveFrame } from '../source/nodeSources.ts';
import type { ScriptSources } from '../source/scriptSources.ts';
import { awaitedCallAt, callIn } from './callInText.ts';

/** A source that could be read. */
export interface ReadTree {
  readonly path: string;
  readonly tree: ts.SourceFile;
}

/** The sources in which a call may wait for code that runs without it: the project's own, and those of the program's family. */
export class NearTrees {
  readonly #sources: ScriptSources;
  #own: readonly ReadTree[] | undefined;
  readonly #family = new Map<string, readonly ReadTree[]>();

  constructor(sources: ScriptSources) {
    this.#sources = sources;
  }

  /** The own files that the program loaded, as far as they can be read. */
  own(): readonly ReadTree[] {
    this.#own ??= this.#treesOf(this.#sources.ownSources());
    return this.#own;
  }

  /** Files of the program's own family that name a package, as far as they can be read. */
  family(name: string): readonly ReadTree[] {
    const known = this.#family.get(name);
    if (known !== undefined) return known;
    const trees = this.#treesOf(this.#sources.familySources(name));
    this.#family.set(name, trees);
    return trees;
  }

  /** Whether a frame of a live stack is of the program's own family. */
  isOfFamily(live: LiveFrame): boolean {
    const { kind, place, frame } = this.#sources.locate({ ...live, scriptId: '' });
    return kind === 'dependency' && this.#sources.packages.isOfFamily(place?.path ?? frame.url);
  }

  /** What a function of the project waits for that V8's asynchronous stack shows at its `await`; null where the text does not fit. */
  waitingAt(frame: LiveFrame): CallSite | null {
    const place = this.#sources.original(frame.url, {
      line: frame.lineNumber,
      column: frame.columnNumber,
    });
    const tree = place === null ? undefined : this.#sources.tree(place.path);
    const offset = tree === undefined || place === null ? undefined : offsetAt(tree, place.position);
    if (tree === undefined || place === null || offset === undefined) return null;
    const call = awaitedCallAt(tree, offset);
    return call === undefined ? null : this.siteInText(place.path, call);
  }

  /** The site of a call that no node leads to. */
  siteInText(path: string, call: CallNode): CallSite {
    const name = this.#sources.packages.of(path);
    const owner =
      name === null ? ({ origin: 'user' } as const) : ({ origin: 'dependency', package: name } as const);
    return { path, ...callIn(enclosingScope(call), call), ...owner };
  }

  #treesOf(paths: readonly string[]): readonly ReadTree[] {
    return paths.flatMap((path) => {
      const tree = this.#sources.tree(path);
      return tree === undefined ? [] : [{ path, tree }];
    });
  }
}
