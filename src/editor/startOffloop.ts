import * as vscode from 'vscode';
import type { Report } from '../analysis/report.ts';
import { OffloopError } from '../base/offloopError.ts';
import { runCommand } from './commands/runCommand.ts';
import { Helpers } from './helpers.ts';
import type { Offloop } from './offloop.ts';
import { Recordings } from './state/recordings.ts';
import { runKey, type Session } from './state/session.ts';
import { SessionStore, type NewSession } from './state/sessionStore.ts';
import { SourceSnapshots } from './state/sourceSnapshots.ts';
import { Placements } from './surfaces/placements.ts';
import { SessionsTree } from './surfaces/sessionsTree.ts';
import { showSurfaces } from './surfaces/surfaces.ts';
import { QuickFixes } from './fixes/quickFixes.ts';

/** Puts the extension together; everything it owns ends with the context. */
export function startOffloop(context: vscode.ExtensionContext): Offloop {
  const { version } = context.extension.packageJSON as { version: string };
  const helpers = new Helpers(context.extensionPath, version);
  const store = new SessionStore();
  const snapshots = new SourceSnapshots();
  const placements = new Placements(store, snapshots);
  const subscription = store.onDidChange((change) => {
    if (change === 'findings') snapshots.keepOnly(store.sessions);
  });
  const tree = new SessionsTree(store);
  const recordings = startRecordings(helpers, store, snapshots);
  const offloop: Offloop = {
    helpers,
    store,
    recordings,
    placements,
    tree,
    addReport: (options, report) => addReport(store, snapshots, options, report),
    run: (command, args) => guarded(helpers, () => runCommand(offloop, command, args)),
  };
  context.subscriptions.push(
    helpers,
    tree,
    showSurfaces(store, placements, tree),
    QuickFixes.register(offloop),
    {
      dispose: () => {
        subscription[Symbol.dispose]();
        recordings[Symbol.dispose]();
      },
    },
  );
  return offloop;
}

function startRecordings(helpers: Helpers, store: SessionStore, snapshots: SourceSnapshots): Recordings {
  return new Recordings({
    modulePath: helpers.pathOf('dist', 'recorderMain.js'),
    store,
    snapshots,
    onLog: (text) => {
      helpers.log.warn(text.trimEnd());
    },
    onFailure: (message) => {
      helpers.log.error(message);
      void vscode.window.showErrorMessage(message);
    },
  });
}

async function addReport(
  store: SessionStore,
  snapshots: SourceSnapshots,
  options: NewSession,
  report: Report,
): Promise<Session> {
  // Of a scan only the last one counts.
  if (options.kind === 'scan') store.remove(({ kind }) => kind === 'scan');
  const session = store.open(options);
  const callees = await snapshots.learn(runKey(session, 0), options.root, report);
  store.handle(session.id, { kind: 'ended', report, run: 0, reason: null }, callees);
  return store.get(session.id) ?? session;
}

/** Runs a command; what goes wrong is told once, in a sentence, and logged with all that is known. */
async function guarded(helpers: Helpers, action: () => unknown): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    helpers.log.error(error instanceof Error ? error : String(error));
    const message =
      error instanceof OffloopError ? error.message : vscode.l10n.t('Offloop failed; its log says why.');
    void vscode.window.showErrorMessage(message);
    return undefined;
  }
}
