import type { WireReference } from '@offloop/executor/internal';

/** What a worker must know of a task; the data of the BullMQ job. */
export interface JobData {
  readonly v: 1;
  readonly kind: WireReference['kind'];
  /** `file`: file name without extension; `builtin`, `bare`: the module. */
  readonly module: string;
  readonly export: string;
  /** The build of the file that the caller has; absent for what is no file. */
  readonly build?: string;
  /** `[arguments, context?]` in V8's format, as base64. */
  readonly payload: string;
  /** The arguments are a list of argument lists. */
  readonly chunk?: true;
  /** The caller without whom the task is dropped. */
  readonly caller?: string;
  /** The task has an idempotency key: a result that exists is its result. */
  readonly keyed?: true;
  /** Longest run, ms. */
  readonly runTimeout?: number;
  /** What happens to the run when it is stopped, if not the default. */
  readonly onAbort?: 'abandon' | 'cooperative';
  readonly graceMs?: number;
  /** How long the result is kept, ms. */
  readonly ttl: number;
}

/** Options of the BullMQ job that decide how it is repeated; `type` names the strategy of the worker. */
export interface WireBackoff {
  readonly type: 'offloop-fixed' | 'offloop-exponential';
  readonly delay: number;
}

/** Reads job data that somebody wrote; undefined when it is not ours. */
export function parseJobData(data: unknown): JobData | undefined {
  const found = data as Partial<Record<keyof JobData, unknown>> | null;
  if (typeof found !== 'object' || found?.v !== 1) return undefined;
  const texts = [found.module, found.export, found.payload];
  const isKind = found.kind === 'file' || found.kind === 'builtin' || found.kind === 'bare';
  if (!isKind || !texts.every((text) => typeof text === 'string')) return undefined;
  if (!(typeof found.ttl === 'number' && found.ttl > 0)) return undefined;
  if (!isAbsentOr(found.build, 'string') || !isAbsentOr(found.caller, 'string')) return undefined;
  if (!isAbsentOr(found.runTimeout, 'number') || !isAbsentOr(found.graceMs, 'number')) return undefined;
  const isKnownMode = found.onAbort === 'abandon' || found.onAbort === 'cooperative';
  if (!isAbsentOr(found.onAbort, 'string') || (found.onAbort !== undefined && !isKnownMode)) return undefined;
  return found as JobData;
}

function isAbsentOr(value: unknown, type: 'string' | 'number'): boolean {
  return value === undefined || typeof value === type;
}

/** What BullMQ keeps as the result of a job that was not run but put aside; see `parking.ts`. */
export interface Parked {
  /** Who put it aside: host and process id. */
  readonly by: string;
  /** The build the task waits for. */
  readonly wanted: string;
  /** The builds of that file that the worker has. */
  readonly has: readonly string[];
}

/** The result of a BullMQ job: the outcome as base64 when it is small, an empty text when it is to be fetched. */
export type JobResult = string | { readonly parked: Parked };
