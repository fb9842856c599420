import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Comparison } from '../../investigation/verdicts/compareReports.ts';
import { readReport } from '../../sources/checked/readReport.ts';
import type { App } from '../app.ts';
import { showComparison, type Comparable } from '../compare/showComparison.ts';
import { currentRun, type Session } from '../state/session.ts';
import { countedFindings } from '../view/counted.ts';
import { startText } from '../view/sessionName.ts';
import { rootFor } from './roots.ts';
import { sessionIn } from './sessions.ts';

type Sessions = Pick<App, 'store'>;

interface Row extends vscode.QuickPickItem {
  readonly choose: () => Promise<Comparable | undefined>;
}

/**
 * Compares two sessions, or a session and a report that was saved: those of the arguments (tree rows, or addresses of report
 * files), else those that the user picks. The earlier one comes first.
 */
export async function compareSessions(
  app: App,
  ...args: readonly unknown[]
): Promise<Comparison | undefined> {
  const { l10n } = vscode;
  const given = await Promise.all(args.slice(0, 2).map((argument) => comparableIn(app, argument)));
  const [one, two] = given.filter((each) => each !== null);
  if (one !== undefined && two !== undefined) return showComparison(one, two);
  const session = sessionIn(app, args[0]);
  const after = one ?? (await pick(app, l10n.t('Compare which session?'), null));
  if (after === undefined) return undefined;
  const before = await pick(app, l10n.t('Compare {0} with', after.name), session ?? after.session ?? null);
  if (before === undefined) return undefined;
  return isEarlier(after, before) ? showComparison(after, before) : showComparison(before, after);
}

/** A report with the session that it belongs to, where it is one of this window's. */
type Chosen = Comparable & { readonly session?: Session };

/** A report from a file was saved before whatever it is compared with. */
const isEarlier = (one: Chosen, other: Chosen): boolean =>
  other.session !== undefined && (one.session === undefined || one.session.id < other.session.id);

async function comparableIn(app: Sessions, argument: unknown): Promise<Chosen | null> {
  if (argument instanceof vscode.Uri) return readComparable(argument);
  const session = sessionIn(app, argument);
  return session === null ? null : comparableOf(session);
}

function comparableOf(session: Session): Chosen | null {
  const report = currentRun(session)?.report;
  if (report === undefined) return null;
  const name = [session.name ?? session.title, startText(session)].filter((text) => text !== null).join(' ');
  return { name, report, root: session.root, session };
}

/** A report that was exported. Throws an OffloopError where the file holds none. */
async function readComparable(uri: vscode.Uri): Promise<Comparable> {
  const name = basename(uri.fsPath);
  const report = await readReport(uri.fsPath, vscode.l10n.t('Export a session as JSON.'), name);
  return { name, report, root: rootFor(dirname(uri.fsPath)) };
}

async function pick(app: Sessions, title: string, other: Session | null): Promise<Chosen | undefined> {
  const { l10n } = vscode;
  const chosen = app.store.sessions
    .filter(({ id, kind }) => id !== other?.id && kind !== 'scan')
    .map(comparableOf)
    .filter((each) => each !== null)
    .reverse();
  const rows = chosen.map((each): Row => {
    const description = countedFindings(each.report.findings.length, l10n);
    return { label: each.name, description, choose: () => Promise.resolve(each) };
  });
  const file: Row = { label: l10n.t('$(file) A saved report…'), choose: pickReport };
  return (await vscode.window.showQuickPick([...rows, file], { title }))?.choose();
}

async function pickReport(): Promise<Comparable | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Open a report'),
    filters: { [vscode.l10n.t('Reports')]: ['json'] },
    canSelectMany: false,
  });
  const [uri] = chosen ?? [];
  return uri === undefined ? undefined : readComparable(uri);
}
