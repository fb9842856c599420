import ts from 'typescript';
import type { CallSite } from '../calls/callSite.ts';
import { enclosingScope, positionAt, scopePath, titleOf } from '../calls/functionAt.ts';
import { findApi } from '../catalog/catalog.ts';
import type { BlockingApi } from '../catalog/catalog.ts';
import { findBlockingCalls, type BlockingCall } from '../catalog/findBlockingCalls.ts';
import type { Cause } from '../../report/cause.ts';
import { modelSource } from '../sourceModel.ts';
import type { SourceProvider, SourceText } from '../sourceProvider.ts';
import { moduleRefOf } from '../bindings.ts';
import type { SourceModel } from '../sourceModel.ts';
import { findDatabaseCalls } from './databaseCalls.ts';
import { ReachedFunctions } from './reachedFunctions.ts';

/** A call of a blocking API at a place that serves requests, found without running anything. */
export interface ScannedCall {
  readonly site: CallSite;
  readonly cause: Cause;
}

const causeByKind: Readonly<Record<BlockingApi['kind'], Cause>> = {
  io: 'sync-io',
  wait: 'wait',
  native: 'native-addon',
  cpu: 'cpu',
};

const causeByModule: Readonly<Record<string, Cause>> = {
  fs: 'sync-io',
  child_process: 'child-process',
  crypto: 'crypto',
  zlib: 'compression',
  sqlite: 'database',
  'better-sqlite3': 'database',
  v8: 'serialization',
};

/** What computes takes as long as its data is large; only what is made to block is worth a word without a measurement. */
const isMadeToBlock = ({ api }: Pick<BlockingCall, 'api'>): boolean =>
  api.kind !== 'cpu' || /sync\b/i.test(api.export);

function siteOf(source: SourceText, blocking: Blocking, equals: readonly Blocking[]): CallSite {
  const { node } = blocking;
  const file = node.getSourceFile();
  const scope = enclosingScope(node);
  return {
    path: source.path,
    functionTitle: titleOf(scope),
    scopePath: scopePath(scope),
    callee: nameOf(blocking),
    ordinal: equals.findIndex((other) => other.node === node),
    range: {
      start: positionAt(file, node.getStart(file)),
      end: positionAt(file, node.end),
    },
    precision: 'call',
    origin: 'user',
  };
}

/** A blocking call, or a blocking function that is handed on to be called for each element. */
interface Blocking {
  readonly node: ts.Expression;
  readonly api: BlockingApi;
  readonly ref: BlockingCall['ref'];
}

const nameOf = ({ node, ref }: Blocking): string =>
  ref.path.at(-1) ?? (ts.isCallExpression(node) ? node.expression : node).getText();

function blockingIn(model: SourceModel, project: SourceProvider): readonly Blocking[] {
  const calls = [...findBlockingCalls(model), ...findDatabaseCalls(project, model)];
  const found: Blocking[] = calls.map(({ call, api, ref }) => ({ node: call, api, ref }));
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      for (const argument of node.arguments) {
        const ref =
          ts.isIdentifier(argument) || ts.isPropertyAccessExpression(argument)
            ? moduleRefOf(model, argument)
            : undefined;
        const api = ref && findApi(ref.module, ref.path.length === 0 ? '(default)' : ref.path.join('.'));
        if (ref !== undefined && api !== undefined && isMethodCall(node))
          found.push({ node: argument, api, ref });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(model.file);
  return found.filter(isMadeToBlock).sort((a, b) => a.node.getStart() - b.node.getStart());
}

/** `files.map(fs.statSync)`: methods call what they are given; `promisify(fs.stat)` and `toThread(fs.statSync)` do not. */
const isMethodCall = ({ expression }: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(expression) &&
  /^(map|flatMap|filter|forEach|some|every|find|findIndex|reduce|from)$/.test(expression.name.text);

/**
 * Calls of blocking APIs that async functions and handlers of the given files reach, by calls of the project's own
 * functions too; in order of files and text. Left out is what runs once at start-up, and what nothing is seen to call.
 */
export function scanProject(sources: readonly SourceText[], project: SourceProvider): readonly ScannedCall[] {
  const models = sources.map(modelSource);
  const reached = new ReachedFunctions(project, models);
  return models.flatMap((model) => {
    const calls = blockingIn(model, project).flatMap((blocking) => {
      const via = reached.wayTo(model, blocking.node);
      return via === null ? [] : [{ blocking, via }];
    });
    return calls.map(({ blocking, via }) => {
      const equals = calls
        .map((each) => each.blocking)
        .filter(
          (other) =>
            nameOf(other) === nameOf(blocking) &&
            enclosingScope(other.node) === enclosingScope(blocking.node),
        );
      const cause = causeByModule[blocking.ref.module] ?? causeByKind[blocking.api.kind];
      const site = siteOf(model, blocking, equals);
      return { site: via.length === 0 ? site : { ...site, via }, cause };
    });
  });
}

/** The same for one file: what its own functions reach in it. */
export const scanSource = (source: SourceText, project: SourceProvider): readonly ScannedCall[] =>
  scanProject([source], project);
