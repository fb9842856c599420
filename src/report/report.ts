import type { Cause } from './cause.ts';
import type { RefusalCode } from './refusalCode.ts';
import type { RemedyKind } from './remedyKind.ts';

/** The report JSON, version 1. Lines and columns are 1-based, times in ms; a field that was not measured is null. */
export interface Report {
  readonly version: 1;
  readonly target: {
    readonly pid: number | null;
    readonly node: string | null;
    readonly title: string | null;
    readonly url: string | null;
    readonly debuggerAttached: boolean | null;
  };
  readonly recording: {
    readonly startedAt: string | null;
    readonly durationMs: number;
    readonly samples: number;
    readonly intervalMs: number | null;
    readonly unobservedMs: number | null;
    readonly marks: readonly ('request' | 'beat' | 'async')[];
    readonly requests: number | null;
    /** Requests by route, `GET /user/:id`; their sum may be less than `requests`. */
    readonly routes?: Readonly<Record<string, number>> | null;
    readonly threads: readonly ReportThread[];
    /** Running Node processes of the program that were left out; absent if there were none. */
    readonly notRecorded?: readonly ReportLeftOut[];
    /** Shortest stretch that counted as a block. */
    readonly thresholdMs?: number;
    /** The code that was loaded: hashes of all functions of a file, or the version of a package by its folder. */
    readonly code?: LoadedCode | null;
  };
  readonly loop: {
    readonly utilization: number | null;
    readonly turns: number | null;
    readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
    readonly stalls:
      readonly { readonly startMs: number; readonly durationMs: number; readonly callbacks: number }[] | null;
  };
  readonly findings: readonly ReportFinding[];
  readonly blocks: readonly ReportBlock[];
}

/** A recorded thread. `title`: the script of its process, if several processes were recorded. */
export interface ReportThread {
  readonly id: string;
  readonly pid: number | null;
  readonly title?: string;
}

/**
 * A running Node process of the program that was not recorded. `closed`: its inspector is closed. `refused`: it could not be
 * opened or attached to; `message` says why. `limit`: as many processes as possible were recorded already.
 */
export interface ReportLeftOut {
  readonly pid: number;
  readonly title: string | null;
  readonly reason: 'closed' | 'refused' | 'limit';
  readonly message?: string;
}

/** Something that a fix takes for granted, with the place to look at. `line` is 1-based. */
export interface ReportAssumption {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
}

/** A way out that is offered for a finding, or the reason why it is not safe. */
export interface ReportRemedy {
  readonly kind: RemedyKind;
  readonly title: string;
  /** Proven: there is an edit, and it assumes nothing. */
  readonly safe: boolean;
  /** What must hold and could not be proven; not empty = the edit needs review. Reports of older versions lack it. */
  readonly assumptions?: readonly ReportAssumption[];
  readonly refusal: { readonly code: RefusalCode; readonly message: string } | null;
}

/**
 * What is missing about a place. `file`: only the file is known; its text is not the one that ran, so the line means
 * nothing. `address`: the code was not in a file, and its address stands for one.
 */
export type UnsurePlace = 'file' | 'address';

export interface ReportCallSite {
  readonly file: string;
  readonly function: string;
  readonly callee: string | null;
  /** The callee as the source has it, such as `JSON.parse`, where that says more than its name. */
  readonly written?: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly precision: 'call' | 'line' | 'function';
  readonly origin: 'user' | 'dependency' | 'node';
  /** The package that the code belongs to, if it is a dependency. */
  readonly package?: { readonly name: string; readonly version: string | null };
  /** The call is not on the stack: it waits for what blocks. */
  readonly awaited?: boolean;
  /** Present if there is no file to open at this place. */
  readonly place?: UnsurePlace;
  /**
   * Of a scan: calls that lead to it. Of a block: calls further in that only go on with what was handed to them, such as
   * `next()`. The outermost first.
   */
  readonly via?: readonly { readonly file: string; readonly line: number; readonly callee: string }[];
  /** Where the code is in the script that ran, if its source is not on this machine and the script is. */
  readonly compiled?: { readonly file: string; readonly line: number; readonly column: number };
  /** The line of a call that may have a fix, with as many lines below as make it unique in the file; else null. */
  readonly text: string | null;
}

/** Hashes by file of the project, or by folder of a package; relative to the root. */
export type LoadedCode = Readonly<Record<string, readonly string[]>>;

/** One function, or one package, on a finding's stack, as `LoadedCode` has it. */
export interface CodeOnStack {
  readonly file: string;
  readonly hash: string;
}

/**
 * The group of a finding or a block. `startup`: the first run of the main module and what it loads. `starved`: the
 * process did not get the CPU. Neither says anything about the program in steady state.
 */
export type FindingGroup = 'block' | 'startup' | 'starved';

export interface ReportFinding {
  readonly id: string;
  readonly cause: Cause;
  readonly callSite: ReportCallSite | null;
  readonly count: number;
  readonly totalMs: number;
  readonly maxMs: number;
  readonly p50Ms: number;
  readonly threads: readonly string[];
  readonly stale: boolean;
  /** The group of its blocks if they agree, else `block`; absent in older reports. */
  readonly group?: FindingGroup;
  readonly remedies: readonly ReportRemedy[];
  /** The code on its stack, to see whether it changed between two recordings; absent if no text is known. */
  readonly code?: readonly CodeOnStack[];
}

export interface ReportStackFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly kind: 'node' | 'native' | 'dependency' | 'user';
  /** Present if there is no file to open at this place. */
  readonly place?: UnsurePlace;
}

/** What one finding has of a block. */
export interface ReportPart {
  readonly findingId: string;
  readonly cause: Cause;
  readonly ms: number;
  /** Its stack, of all parts but the first, whose stack is the block's. */
  readonly stack?: readonly ReportStackFrame[];
}

export interface ReportBlock {
  readonly startMs: number;
  readonly durationMs: number;
  readonly thread: string;
  readonly boundary: 'marks' | 'trace' | 'idle';
  /** Absent in older reports. */
  readonly group?: FindingGroup;
  /** Largest first. */
  readonly parts: readonly ReportPart[];
  /** What the block served; the method is empty where it is not known. */
  readonly request: { readonly method: string; readonly url: string } | null;
  /** The group of the first part. */
  readonly stack: readonly ReportStackFrame[];
}
