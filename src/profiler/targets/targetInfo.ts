import { err, ok, type Result } from '../../base/result.ts';
import type { CdpChannel } from '../protocol/cdpConnection.ts';
import { evaluate, type EvaluationFailure } from '../protocol/evaluate.ts';
import { member, readNumber, readString, readStrings } from '../protocol/readValue.ts';

/** What a target says about itself. It is untrusted: strings are cut, everything may be missing. */
export interface TargetInfo {
  readonly pid: number | null;
  /** `process.version`, with the leading v. */
  readonly node: string | null;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly cwd: string | null;
  readonly platform: string | null;
  readonly title: string | null;
  /** What it calls itself: `process.title`. */
  readonly processTitle?: string | null;
  /** Whether a VS Code debug session launched or attached to it: its async stacks inflate every timing. */
  readonly underDebugger: boolean;
  /** JavaScript heap in use, bytes: decides how long the start of the profiler pauses the target. */
  readonly heapBytes: number | null;
  /** Wall clock of the target, ms since the epoch. */
  readonly nowMs: number | null;
  /** When the process started, by the same clock. */
  readonly startedMs: number | null;
}

const expression = `(() => {
  const p = process;
  return { pid: p.pid, node: p.version, argv: p.argv, execArgv: p.execArgv, cwd: p.cwd(), platform: p.platform,
    title: p.title, underDebugger: typeof p.env.VSCODE_INSPECTOR_OPTIONS === 'string',
    heapBytes: p.memoryUsage().heapUsed, nowMs: Date.now(), startedMs: Date.now() - p.uptime() * 1000, builtins: typeof p.getBuiltinModule === 'function' };
})()`;

/** What has to be known about a target to record it, and what the user is told about it. */
export interface TargetProbe {
  readonly info: TargetInfo;
  /** Whether `process.getBuiltinModule` exists (Node 20.16, 22.3 and later). */
  readonly hasBuiltinModules: boolean;
}

/** Asks a target who it is. Waits as long as the target is blocked, at most `timeoutMs`. */
export async function readTargetInfo(
  channel: CdpChannel,
  timeoutMs: number,
): Promise<Result<TargetProbe, EvaluationFailure>> {
  const answer = await evaluate(channel, expression, { timeoutMs });
  if (!answer.ok) return answer;
  const value = answer.value;
  const node = readString(member(value, 'node'), 64);
  if (node === null) return err({ kind: 'threw', message: 'it has no process.version' });
  return ok({ info: parseInfo(value, node), hasBuiltinModules: member(value, 'builtins') === true });
}

function parseInfo(value: unknown, node: string): TargetInfo {
  const argv = readStrings(member(value, 'argv'));
  return {
    pid: readNumber(member(value, 'pid')),
    node,
    argv,
    execArgv: readStrings(member(value, 'execArgv')),
    cwd: readString(member(value, 'cwd')),
    platform: readString(member(value, 'platform'), 32),
    title: argv[1] ?? readString(member(value, 'title'), 512),
    processTitle: readString(member(value, 'title'), 512),
    underDebugger: member(value, 'underDebugger') === true,
    heapBytes: readNumber(member(value, 'heapBytes')),
    nowMs: readNumber(member(value, 'nowMs')),
    startedMs: readNumber(member(value, 'startedMs')),
  };
}

/** V8 walks the heap for compiled functions once, when a profile starts: about 1.4 ms per MB were measured. */
const pauseMsPerMegabyte = 1.4;

/** How long starting the profiler is expected to pause the target, in ms. */
export const predictedPauseMs = (info: TargetInfo): number =>
  Math.round(((info.heapBytes ?? 0) / 1e6) * pauseMsPerMegabyte);

/** The major version in `v20.1.2`, or 0. */
export const nodeMajor = (version: string | null): number =>
  Number(/^v(\d+)\./.exec(version ?? '')?.[1] ?? 0);
