import ts from 'typescript';
import type { CallFrame } from '../../recording/recording.ts';
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
  /** It was compiled at run time from a text without a file, so that no name of it need be in the source. */
  readonly isGenerated: boolean;
  /** Zero-based lines of the caller that V8 noted with this frame; empty where it noted none. */
  readonly callerLines: readonly number[];
  /** Offsets in the caller's text at which live stacks found it while the call ran; empty without them. */
  readonly callerOffsets: readonly number[];
}

const compressors =
  /^(?:gzip|gunzip|deflate|deflateRaw|inflate|inflateRaw|unzip|brotliCompress|brotliDecompress|zstdCompress|zstdDecompress)Sync$/;
const consoleMethods = /^(?:log|info|warn|error|debug|trace|table|dir|assert|group)$/;
const regexFrame = /^RegExp: (.*)$/s;

/** The pattern of the regular expression that a frame runs; null for any other frame. */
export const patternOfFrame = ({ url, functionName }: CallFrame): string | null =>
  url === '' ? (regexFrame.exec(functionName)?.[1] ?? null) : null;

/** Frames whose name differs from the name in the source: what the source would say instead. */
const frameAliases: Readonly<Record<string, (call: CallNode) => boolean>> = {
  syncBufferWrapper: (call) => compressors.test(calleeName(call) ?? ''),
  zlibBufferSync: (call) => compressors.test(calleeName(call) ?? ''),
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

/** The frame's name, then the declared one, which a minifier leaves in the source alone. */
function namesOf({ frame, declaration }: EnteredFrame): readonly string[] {
  const declared = declaration === undefined || ts.isSourceFile(declaration) ? '' : nameOf(declaration);
  return [plainName(frame.functionName), declared];
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

/** Where V8 says a call is: at its last name, or at its start. */
const isAt = (call: CallNode, offset: number): boolean => {
  const callee = calleeOf(call);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  return name.getStart() === offset || call.getStart() === offset;
};

/** The call at a live position: the one that starts there, else the smallest around it. */
function callAt(calls: readonly CallNode[], offset: number): CallNode | undefined {
  const around = calls.filter((call) => call.getStart() <= offset && offset < call.end);
  return (
    around.find((call) => isAt(call, offset)) ?? around.sort((a, b) => a.end - a.pos - (b.end - b.pos))[0]
  );
}

/** The call at which live positions agree. */
export function byOffsets(calls: readonly CallNode[], offsets: readonly number[]): CallNode | undefined {
  const hits = new Set(offsets.map((offset) => callAt(calls, offset)));
  const [only] = hits;
  return hits.size === 1 ? only : undefined;
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
  if (inner !== undefined || entered.declaration !== undefined) return inner;
  return byOffsets(own, entered.callerOffsets) ?? (entered.isGenerated ? onlyUnknown(own) : undefined);
}

const globals =
  /^(?:JSON|Math|Object|Array|Number|String|Date|Promise|Reflect|Atomics|console|process|Buffer)\b/;

/** The only call of something that neither the file nor the language declares: made code may have any name. */
function onlyUnknown(calls: readonly CallNode[]): CallNode | undefined {
  const [only, another] = calls.filter((call) => {
    const declared = functionsOf(call.getSourceFile()).some(({ node }) => nameOf(node) === calleeName(call));
    return !globals.test(receiverText(call)) && (receiverText(call) !== '' || !declared);
  });
  return another === undefined ? only : undefined;
}
