import type * as vscode from 'vscode';
import type { Report } from '../report/report.ts';
import type { CommandSlots } from './fixes/commandSlots.ts';
import type { Explanations } from './fixes/explanations.ts';
import type { ExtensionResources } from './extensionResources.ts';
import type { Notice, Notices } from './notices.ts';
import type { FindingView } from './state/findingViews.ts';
import type { Recordings } from './state/recordings.ts';
import type { Session } from './state/session.ts';
import type { NewSession, SessionStore } from './state/sessionStore.ts';
import type { Placements } from './surfaces/placements.ts';
import type { SessionsTree } from './surfaces/sessionsTree.ts';
import type { Timelines } from './timeline/timelines.ts';

/**
 * The running extension: what `startApp` puts together. A command gets all of it; what a command calls names the parts that it
 * uses (`Pick<App, 'store'>`).
 */
export interface App {
  readonly resources: ExtensionResources;
  readonly notices: Notices;
  readonly store: SessionStore;
  readonly recordings: Recordings;
  readonly placements: Placements;
  readonly tree: SessionsTree;
  /** Commands of menu entries. */
  readonly slots: CommandSlots;
  /** Why calls cannot be moved, as far as the user asked. */
  readonly explanations: Explanations;
  readonly timelines: Timelines;
  /** Shows a report that is complete. */
  addReport(options: Omit<NewSession, 'asked'>, report: Report): Promise<Session>;
  /** Shows a session's row in its view, and leaves the focus where it is. */
  reveal(session: Session): Promise<void>;
  /** Runs one of the extension's commands; rejects when it failed and the user was told. */
  run(command: string, args: readonly unknown[]): Promise<unknown>;
}

/** What other extensions and tests may read. */
export interface OffloopApi {
  readonly sessions: readonly Session[];
  readonly findings: readonly FindingView[];
  readonly onDidChange: vscode.Event<void>;
  /** The messages that popped up, in order of time. */
  readonly notices: readonly Notice[];
  readonly tree: SessionsTree;
}
