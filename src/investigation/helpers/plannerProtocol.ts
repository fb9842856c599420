import type { PathMapping } from '../../analysis/source/scriptPath.ts';
import type { Assumption } from '../../remedies/assumption.ts';
import type { TextEdit } from '../../remedies/plan.ts';
import type { RefusalCode } from '../../report/refusalCode.ts';
import type { RemedyKind } from '../../report/remedyKind.ts';
import type { Report, ReportCallSite } from '../../report/report.ts';
import type { OffloopErrorCode } from '../../base/offloopError.ts';
import type { Position, Range } from '../../base/position.ts';
import type { SignalSearch } from '../../profiler/targets/signal/signalHandler.ts';
import type { NamedProgram } from '../../profiler/targets/openProgram.ts';
import type { LocalTarget } from '../../profiler/targets/discover.ts';

/** A remedy as the editor offers it: edits of texts it sent, or the refusal. */
export interface PlannedRemedy {
  readonly kind: RemedyKind;
  readonly title: string;
  /** Zero-based line of its call, where the finding may be one of several; left out where it is certain. */
  readonly line?: number;
  readonly plan: {
    readonly edits: readonly TextEdit[];
    /** How the executor gets into the package; null where the fix does not need it. */
    readonly executor: PlannedExecutor | null;
    /** Functions that become async with it, in any file. */
    readonly asyncSpread: readonly { readonly path: string; readonly function: string }[];
    /** What must hold and could not be proven; not empty = confirmed by the user before it is applied. */
    readonly assumptions: readonly Assumption[];
    readonly warnings: readonly string[];
  } | null;
  readonly refusal: {
    readonly code: RefusalCode;
    readonly message: string;
    readonly path: string;
    readonly range: Range;
  } | null;
}

/** What a fix needs of the executor. */
export interface PlannedExecutor {
  /** The package that imports it; null where there is none. */
  readonly folder: string | null;
  /** Whether it can be added to package.json. It is there already where this is false and `warnings` is empty. */
  readonly isAdded: boolean;
  /** What the user has to do about it without an installation. */
  readonly warnings: readonly string[];
}

/** A file that is written whole. */
export interface AddedFile {
  readonly path: string;
  readonly contentBase64: string;
}

/** What the planner process answers: requests by name, each with its answer. */
export interface PlannerRequests {
  /** All remedies of the call at a zero-based position of a text, saved or not. */
  offers: {
    request: {
      readonly path: string;
      readonly text: string;
      readonly line: number;
      readonly column: number;
      /** Last name of the callee, which tells the calls of a chain apart; null when unknown. */
      readonly callee: string | null;
      /** Zero-based end of the call, for a chain in which several have one name; null when unknown. */
      readonly end: Position | null;
      /** What is certain of the place, where that is less than the call: its line, or its function. */
      readonly within?: Pick<ReportCallSite, 'function' | 'precision'> | null;
      readonly executorModule: string;
      /** Absolute folder in which callers are looked for. */
      readonly root: string;
      /** Absolute path of the packed executor, or null when none is at hand. */
      readonly tarball: string | null;
      /** Other files as the editor has them, if that differs from the disk. */
      readonly unsaved: readonly { readonly path: string; readonly text: string }[];
      /** Whether the project's own compiler may run; else the bundled one checks the edits. */
      readonly isTrusted?: boolean;
    };
    answer: readonly PlannedRemedy[];
  };
  /** The report of a `.cpuprofile` file. */
  profile: {
    request: {
      readonly path: string;
      readonly root: string;
      readonly thresholdMs: number;
      readonly mappings: readonly PathMapping[];
    };
    answer: Report;
  };
  /** A report with remedies that were planned with the whole project, as callers need. */
  propose: {
    request: { readonly report: Report; readonly root: string };
    answer: Report;
  };
  /** Calls of blocking APIs in all source files under some folders, as `offloop scan` finds them. The report counts no blocks. */
  scan: {
    request: {
      /** Absolute paths. */
      readonly folders: readonly string[];
      readonly root: string;
      /** Files as the editor has them, if that differs from the disk. */
      readonly unsaved: readonly { readonly path: string; readonly text: string }[];
    };
    answer: { readonly report: Report; readonly files: number };
  };
  /** Files that bring the executor into the package that owns `file`: its tarball, package.json, the lock file. */
  executor: {
    request: {
      readonly file: string;
      readonly root: string;
      readonly name: string;
      /** Absolute path of the packed executor. */
      readonly tarball: string;
    };
    answer: readonly AddedFile[];
  };
  /** What could be attached to: everywhere, or among the descendants of a process. */
  targets: { request: { readonly below?: number }; answer: readonly LocalTarget[] };
  /** What may happen when the inspector of a process is opened; null where no signal is needed for that. */
  signalRisk: { request: { readonly pid: number }; answer: SignalSearch | null };
  /** The programs whose inspectors open with that of a process: itself, or those that it started. */
  programs: { request: { readonly pid: number }; answer: readonly NamedProgram[] };
}

export type PlannerRequestName = keyof PlannerRequests;

/** One request on its way. */
export interface PlannerCall {
  readonly id: number;
  readonly name: PlannerRequestName;
  readonly request: unknown;
}

/** A message to the planner process: a request, or the cancellation of one. */
export type PlannerMessage =
  { readonly kind: 'call'; readonly call: PlannerCall } | { readonly kind: 'cancel'; readonly id: number };

/** One answer on its way: a value, or why there is none. */
export type PlannerReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: OffloopErrorCode; readonly message: string };
