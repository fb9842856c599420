import ts from 'typescript';
import type { CallFrame } from '../../recording/recording.ts';
import { blockingApis } from '../../code/catalog/catalog.ts';
import { calleeOrigin, isContinuation, packageOfSpecifier } from '../../code/calls/calleeOrigin.ts';
import { exportedNames } from '../../code/calls/exportedNames.ts';
import { packageOf } from '../causes/causeRule.ts';
import type { FrameKind } from '../source/frameKind.ts';
import { perhapsRegexCall } from './builtinCalls.ts';
import {
  aliasesOf,
  calleeName,
  calleeOf,
  callsIn,
  receiverText,
  type CallNode,
} from '../../code/calls/callsIn.ts';
import { functionsOf, nameOf, type Scope } from '../../code/calls/functionAt.ts';
import { plainName } from '../../code/calls/plainName.ts';

/** What is known of the frame that a call entered. `declaration` is its source, if that is in a readable file. */
export interface EnteredFrame {
  readonly frame: CallFrame;
  readonly declaration: Scope | undefined;
  /** Whose code it is. What was compiled at run time from a text without a file need have no name in the source. */
  readonly kind: FrameKind;
  /** Zero-based lines of the caller that V8 noted with this frame; empty where it noted none. */
  readonly callerLines: readonly number[];
  /** Whether a package that a file imports depends on the one that this frame is of, whose code it may export as its own. */
  readonly isOfDependency?: (imported: string) => boolean;
  /** Names of the functions below this frame, the nearest first: where one wrapper serves several calls, they tell which. */
  readonly below?: readonly string[];
  /** Offsets in the caller's text at which live stacks found it while the call ran; empty without them. */
  readonly callerOffsets: readonly number[];
}

const compressors = new Set(
  blockingApis.filter((api) => api.module === 'zlib' && api.export.endsWith('Sync')).map((api) => api.export),
);
const consoleMethods = /^(?:log|info|warn|error|debug|trace|table|dir|assert|group)$/;
const regexFrame = /^RegExp: (.*)$/s;

/** The pattern of the regular expression that a frame runs; null for any other frame. */
export const patternOfFrame = ({ url, functionName }: CallFrame): string | null =>
  url === '' ? (regexFrame.exec(functionName)?.[1] ?? null) : null;

/** Frames whose name differs from the name in the source: what the source would say instead. */
const frameAliases: Readonly<Record<string, (call: CallNode) => boolean>> = {
  syncBufferWrapper: (call) => compressors.has(calleeName(call) ?? ''),
  zlibBufferSync: (call) => compressors.has(calleeName(call) ?? ''),
  consoleCall: (call) =>
    receiverText(call).endsWith('console') && consoleMethods.test(calleeName(call) ?? ''),
  importModuleDynamicallyCallback: (call) => calleeName(call) === 'import',
  Database: (call) => ts.isNewExpression(call) && /^(?:Database|DatabaseSync)$/.test(calleeName(call) ?? ''),
};

function byRegex(calls: readonly CallNode[], pattern: string): readonly CallNode[] {
  const regexCalls = calls.flatMap((call) => {
    const found = perhapsRegexCall(call);
    return found === null ? [] : [{ call, pattern: found.pattern }];
  });
  const same = regexCalls.filter((entry) => entry.pattern === pattern);
  const open = regexCalls.filter((entry) => entry.pattern === null);
  return (same.length > 0 ? same : open).map(({ call }) => call);
}

function byName(calls: readonly CallNode[], name: string, tree: ts.SourceFile): readonly CallNode[] {
  if (name === '') return [];
  const direct = calls.filter((call) => calleeName(call) === name);
  if (direct.length > 0) return direct;
  const aliases = aliasesOf(tree);
  const renamed = calls.filter((call) => {
    const local = calleeName(call);
    return local !== null && receiverText(call) === '' && aliases.get(local) === name;
  });
  // `marked.parse` may be `marked` itself.
  return renamed.length > 0 ? renamed : calls.filter((call) => receiverText(call) === name);
}

/**
 * The frame's name, then the declared one, which a minifier leaves in the source alone, then those under which the
 * function's own file exports it: `XLSX.read` is `readSync` there.
 */
function namesOf({ frame, declaration }: EnteredFrame): readonly string[] {
  const name = plainName(frame.functionName);
  if (declaration === undefined || ts.isSourceFile(declaration)) return [name, ''];
  const declared = nameOf(declaration);
  return [name, declared, ...(exportedNames(declaration.getSourceFile()).get(declared || name) ?? [])];
}

/** A function passed as an argument, written there or by its name, is entered through the call that it is passed to. */
function byArgument(calls: readonly CallNode[], entered: EnteredFrame): readonly CallNode[] {
  const { declaration } = entered;
  if (declaration === undefined || ts.isSourceFile(declaration)) return [];
  const names = namesOf(entered).filter((name) => name !== '');
  const isPassed = (argument: ts.Expression): boolean =>
    argument === declaration || (ts.isIdentifier(argument) && names.includes(argument.text));
  return calls.filter(
    (call) => !ts.isTaggedTemplateExpression(call) && (call.arguments ?? []).some(isPassed),
  );
}

const isWasm = (frame: CallFrame): boolean =>
  frame.functionName.startsWith('js-to-wasm') || frame.url.startsWith('wasm');

function candidates(scope: Scope, calls: readonly CallNode[], entered: EnteredFrame): readonly CallNode[] {
  const { frame } = entered;
  const pattern = patternOfFrame(frame);
  if (pattern !== null) return byRegex(calls, pattern);
  if (isWasm(frame)) return calls.filter((call) => /exports|wasm|instance/i.test(receiverText(call)));
  const alias = Object.hasOwn(frameAliases, frame.functionName)
    ? frameAliases[frame.functionName]
    : undefined;
  if (alias !== undefined) {
    const found = calls.filter(alias);
    if (found.length > 0) return found;
  }
  const named = namesOf(entered).map((name) => byName(calls, name, scope.getSourceFile()));
  return named.find((found) => found.length > 0) ?? byArgument(calls, entered);
}

function onLines(calls: readonly CallNode[], lines: readonly number[]): readonly CallNode[] {
  const hits = calls.filter((call) => {
    const tree = call.getSourceFile();
    const first = tree.getLineAndCharacterOfPosition(call.getStart(tree)).line;
    const last = tree.getLineAndCharacterOfPosition(call.end).line;
    return lines.some((line) => line >= first && line <= last);
  });
  return hits.length > 0 ? hits : calls;
}

/** Nested candidates of one expression (`f(f(x))`) cannot be told apart: the outermost covers both. */
function single(calls: readonly CallNode[]): CallNode | undefined {
  const [first, ...rest] = calls;
  if (first === undefined) return undefined;
  return rest.every((call) => call.pos >= first.pos && call.end <= first.end) ? first : undefined;
}

/** Where V8 says a call is: at its last name. */
const isAt = (call: CallNode, offset: number): boolean => {
  const callee = calleeOf(call);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  return (ts.isNewExpression(call) ? call : name).getStart() === offset;
};

/** The call at a live position: the one that V8 has there, else one that starts there, else the smallest around it. */
function callAt(calls: readonly CallNode[], offset: number): CallNode | undefined {
  const around = calls.filter((call) => call.getStart() <= offset && offset < call.end);
  return (
    around.find((call) => isAt(call, offset)) ??
    around.find((call) => call.getStart() === offset) ??
    around.sort((a, b) => a.end - a.pos - (b.end - b.pos))[0]
  );
}

/** The call at which live positions agree. */
export function byOffsets(calls: readonly CallNode[], offsets: readonly number[]): CallNode | undefined {
  const hits = new Set(offsets.map((offset) => callAt(calls, offset)));
  const [only] = hits;
  return hits.size === 1 ? only : undefined;
}

/** Whether a call enters what was imported from the package, or the module of Node, that a frame is of; or was made by it. */
function isOfSamePackage(call: CallNode, frame: CallFrame): boolean {
  const origin = calleeOrigin(call);
  const name = origin?.kind === 'module' ? packageOfSpecifier(origin.specifier) : null;
  if (name === null) return false;
  const isOfNode = frame.url.startsWith('node:');
  const tail = frame.url.replace(/^node:(?:internal\/)?/, '');
  return isOfNode ? tail === name || tail.startsWith(`${name}/`) : packageOf(frame) === name;
}

function isOfDependency(call: CallNode, { isOfDependency: isOf }: EnteredFrame): boolean {
  const origin = calleeOrigin(call);
  const name = origin?.kind === 'module' ? packageOfSpecifier(origin.specifier) : null;
  return name !== null && isOf?.(name) === true;
}

/** The call of foreign code whose name says nothing: by its package, by live positions, or because it is the only one. */
function ofForeign(own: readonly CallNode[], entered: EnteredFrame): CallNode | undefined {
  const same = own.filter((call) => isOfSamePackage(call, entered.frame));
  const imported = same.length > 0 ? same : own.filter((call) => isOfDependency(call, entered));
  const byImport =
    single(onLines(imported, entered.callerLines)) ??
    byWrapped(imported, entered.below ?? []) ??
    byOffsets(imported, entered.callerOffsets);
  if (byImport !== undefined) return byImport;
  const live = byOffsets(own, entered.callerOffsets);
  if (live !== undefined) return live;
  if (entered.kind === 'generated') return onlyUnknown(own);
  return entered.kind === 'dependency' ? only(own.filter(isContinuation)) : undefined;
}

const affixes = /^_+|_+$|(?:Impl|Internal|Sync|Async)$/g;
const bareName = (name: string): string => plainName(name).replace(affixes, '').toLowerCase();

/** A package may wrap all that it exports in one function: what that calls is named as the call is, but for an affix. */
function byWrapped(calls: readonly CallNode[], below: readonly string[]): CallNode | undefined {
  if (calls.length < 2) return undefined;
  for (const name of below.map(bareName).filter((each) => each !== '')) {
    const same = calls.filter((call) => bareName(calleeName(call) ?? '') === name);
    if (same.length > 0) return only(same);
  }
  return undefined;
}

function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

/**
 * The call expression in `scope` through which `entered` was reached: by the frame's name, by what the name stands for
 * in the source, or because the function is written as its argument; several that fit equally are told apart by lines
 * and live positions. Undefined when none is proven.
 */
export function matchCall(scope: Scope, entered: EnteredFrame): CallNode | undefined {
  const own = callsIn(scope, false);
  const found = candidates(scope, own, entered);
  const match = single(found.length > 1 ? onLines(found, entered.callerLines) : found);
  if (match !== undefined) return match;
  if (found.length > 0) return byOffsets(found, entered.callerOffsets);
  // V8 may have inlined a nested function into this one: then its calls show as ours.
  const nested = candidates(scope, callsIn(scope, true), entered);
  const inner = single(onLines(nested, entered.callerLines));
  // A function of the project entered by another name is a dispatch that serves many: the call tells nothing then.
  if (inner !== undefined || entered.kind === 'user') return inner;
  return ofForeign(own, entered);
}

/** Calls of one function that nothing tells apart, where all of them stand on one line: then the line is certain. */
export function matchLine(scope: Scope, entered: EnteredFrame): CallNode | undefined {
  const found = candidates(scope, callsIn(scope, false), entered);
  const [first] = found;
  const lineOf = (call: CallNode): number =>
    call.getSourceFile().getLineAndCharacterOfPosition(call.getStart()).line;
  return first !== undefined && found.every((call) => lineOf(call) === lineOf(first)) ? first : undefined;
}

/**
 * What the source calls code of others by, whose own name (`ret`, as the place where it was made had it) it does not show: the
 * callee of the only call of an import in a function. Null where there are several, or the name is there.
 */
export function importedCallee(scope: Scope, name: string): string | null {
  if (callsIn(scope, true).some((call) => calleeName(call) === name)) return null;
  const imported = only(callsIn(scope, false).filter((call) => calleeOrigin(call)?.kind === 'module'));
  return imported === undefined ? null : calleeName(imported);
}

const globals =
  /^(?:JSON|Math|Object|Array|Number|String|Date|Promise|Reflect|Atomics|console|process|Buffer)\b/;

/** The only call of something that neither the file nor the language declares: made code may have any name. */
function onlyUnknown(calls: readonly CallNode[]): CallNode | undefined {
  return only(
    calls.filter((call) => {
      const declared = functionsOf(call.getSourceFile()).some(
        ({ node }) => nameOf(node) === calleeName(call),
      );
      return !globals.test(receiverText(call)) && (receiverText(call) !== '' || !declared);
    }),
  );
}
