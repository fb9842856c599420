import ts from 'typescript';
import type { CallSite } from '../calls/callSite.ts';
import { enclosingScope, positionAt, scopePath, titleOf, type Scope } from '../calls/functionAt.ts';
import type { BlockingApi } from '../catalog/catalog.ts';
import { findBlockingCalls, type BlockingCall } from '../catalog/findBlockingCalls.ts';
import type { Cause } from '../../report/cause.ts';
import { modelSource } from '../sourceModel.ts';
import type { SourceProvider, SourceText } from '../sourceProvider.ts';
import { findDatabaseCalls } from './databaseCalls.ts';

/** A call of a blocking API at a place that serves requests, found without running anything. */
export interface ScannedCall {
  readonly site: CallSite;
  readonly cause: Cause;
}

const handlerMethods: ReadonlySet<string> = new Set(
  'get post put patch delete head options all use on once addListener route handle createServer addHook'.split(
    ' ',
  ),
);
const requestNames = /^_?(?:req|request|ctx|context)$/;

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

/** Whether a function runs while the program serves: it is async, or it looks like a handler of requests or events. */
function serves(scope: ts.FunctionLikeDeclaration): boolean {
  const isAsync = (ts.canHaveModifiers(scope) ? (ts.getModifiers(scope) ?? []) : []).some(
    ({ kind }) => kind === ts.SyntaxKind.AsyncKeyword,
  );
  const [first] = scope.parameters;
  const takesRequest =
    first !== undefined && ts.isIdentifier(first.name) && requestNames.test(first.name.text);
  return (isAsync || takesRequest || isHandlerArgument(scope)) && !endsProcess(scope);
}

function isHandlerArgument(scope: ts.FunctionLikeDeclaration): boolean {
  const call = scope.parent;
  if (!ts.isCallExpression(call)) return false;
  const callee = call.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  return handlerMethods.has(name);
}

/** Once the process exits nobody is served, and nothing but a blocking call would still run. */
function endsProcess(scope: ts.FunctionLikeDeclaration): boolean {
  const call = scope.parent;
  const event = ts.isCallExpression(call) ? call.arguments[0] : undefined;
  return event !== undefined && ts.isStringLiteralLike(event) && event.text === 'exit';
}

/** What computes takes as long as its data is large; only what is made to block is worth a word without a measurement. */
const isMadeToBlock = ({ api }: BlockingCall): boolean => api.kind !== 'cpu' || /sync\b/i.test(api.export);

function servingScope(call: ts.Node): Scope | undefined {
  for (let scope = enclosingScope(call); !ts.isSourceFile(scope); scope = enclosingScope(scope)) {
    if (serves(scope)) return scope;
  }
  return undefined;
}

function siteOf(source: SourceText, blocking: BlockingCall, equals: readonly BlockingCall[]): CallSite {
  const file = blocking.call.getSourceFile();
  const scope = enclosingScope(blocking.call);
  return {
    path: source.path,
    functionTitle: titleOf(scope),
    scopePath: scopePath(scope),
    callee: blocking.ref.path.at(-1) ?? blocking.call.expression.getText(file),
    ordinal: equals.findIndex((other) => other.call === blocking.call),
    range: {
      start: positionAt(file, blocking.call.getStart(file)),
      end: positionAt(file, blocking.call.end),
    },
    precision: 'call',
    origin: 'user',
  };
}

/** Calls of blocking APIs in async functions and handlers, in order of text. Left out is what runs once at start-up. */
export function scanSource(source: SourceText, project: SourceProvider): readonly ScannedCall[] {
  const model = modelSource(source);
  const calls = [...findBlockingCalls(model), ...findDatabaseCalls(project, model)]
    .filter((each) => isMadeToBlock(each) && servingScope(each.call) !== undefined)
    .sort((a, b) => a.call.getStart() - b.call.getStart());
  return calls.map((blocking) => {
    const equals = calls.filter(
      (other) =>
        other.ref.path.at(-1) === blocking.ref.path.at(-1) &&
        enclosingScope(other.call) === enclosingScope(blocking.call),
    );
    const cause = causeByModule[blocking.ref.module] ?? causeByKind[blocking.api.kind];
    return { site: siteOf(source, blocking, equals), cause };
  });
}
