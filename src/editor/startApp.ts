import * as vscode from 'vscode';
import type { Report } from '../report/report.ts';
import { OffloopError } from '../base/offloopError.ts';
import { runCommand } from './commands/runCommand.ts';
import { ExtensionResources } from './extensionResources.ts';
import { Notices } from './notices.ts';
import type { App } from './app.ts';
import { Recordings } from './state/recordings.ts';
import { runKey, type Session } from './state/session.ts';
import { SessionStore, type NewSession } from './state/sessionStore.ts';
import { SourceSnapshots } from './state/sourceSnapshots.ts';
import { Placements } from './surfaces/placements.ts';
import { SessionsTree } from './surfaces/sessionsTree.ts';
import { showSurfaces } from './surfaces/surfaces.ts';
import { CommandSlots } from './fixes/commandSlots.ts';
import { Explanations } from './fixes/explanations.ts';
import { Timelines } from './timeline/timelines.ts';
import { innerCommandIds } from './ids.ts';
import { QuickFixes } from './fixes/quickFixes.ts';
import { tellEnd } from './tellEnd.ts';
import { SessionMemory } from './state/saved/sessionMemory.ts';
import { savedFolder } from './savedFolder.ts';

/** Puts the extension together, with the sessions of the window before; everything it owns ends with the context. */
export async function startApp(context: vscode.ExtensionContext, reveal: App['reveal']): Promise<App> {
  const { offloop, snapshots } = assemble(context, reveal);
  await remember(context, offloop, snapshots);
  return offloop;
}

interface Assembled {
  readonly offloop: App;
  readonly snapshots: SourceSnapshots;
}

function assemble(context: vscode.ExtensionContext, reveal: App['reveal']): Assembled {
  const resources = resourcesOf(context);
  const notices = new Notices(resources.log);
  const store = new SessionStore();
  const snapshots = new SourceSnapshots();
  const placements = new Placements(store, snapshots);
  const tree = new SessionsTree(store);
  const recordings = startRecordings(resources, notices, store, snapshots);
  const slots = new CommandSlots((action) => guarded(offloop, action));
  const explanations = new Explanations();
  const timelines = new Timelines({
    extensionUri: context.extensionUri,
    store,
    open: (place) => void offloop.run(innerCommandIds.openFrame, [place]),
  });
  const offloop: App = {
    resources,
    notices,
    store,
    recordings,
    placements,
    tree,
    slots,
    explanations,
    timelines,
    addReport: (options, report) => addReport(store, snapshots, options, report),
    reveal,
    run: (command, args) => guarded(offloop, () => runCommand(offloop, command, args)),
  };
  context.subscriptions.push(
    ...[resources, tree, slots, timelines],
    showSurfaces(store, placements, tree, explanations, context.extensionUri),
    QuickFixes.register(offloop),
    { dispose: () => recordings[Symbol.dispose]() },
    forgetSources(store, snapshots),
  );
  return { offloop, snapshots };
}

/** Sessions outlive their window, where VS Code keeps something for its folder. */
async function remember(
  context: vscode.ExtensionContext,
  { resources, store }: Pick<App, 'resources' | 'store'>,
  snapshots: SourceSnapshots,
): Promise<void> {
  const folder = savedFolder(context);
  if (folder === null) return;
  const memory = new SessionMemory({
    folder: folder.fsPath,
    store,
    snapshots,
    reasonOfEnd: vscode.l10n.t('The window was closed or reloaded while it recorded.'),
    onProblem: (message) => {
      resources.log.warn(message);
    },
  });
  // Before the recorders end: what they told last is kept, too.
  context.subscriptions.unshift({ dispose: () => memory[Symbol.dispose]() });
  await memory.restore();
}

function resourcesOf({ extension, extensionPath }: vscode.ExtensionContext): ExtensionResources {
  const { version } = extension.packageJSON as { version: string };
  return new ExtensionResources(extensionPath, version);
}

/** Source texts are kept for as long as a session needs them. */
function forgetSources(store: SessionStore, snapshots: SourceSnapshots): vscode.Disposable {
  const subscription = store.onDidChange((change) => {
    if (change === 'findings') snapshots.keepOnly(store.sessions);
  });
  return { dispose: () => subscription[Symbol.dispose]() };
}

function startRecordings(
  resources: ExtensionResources,
  notices: Notices,
  store: SessionStore,
  snapshots: SourceSnapshots,
): Recordings {
  return new Recordings({
    modulePath: resources.pathOf('dist', 'offloop-recorder.js'),
    store,
    snapshots,
    onLog: (text) => {
      resources.log.warn(text.trimEnd());
    },
    onFailure: (message) => {
      resources.log.error(message);
      notices.error(message);
    },
    onEnded: (session, how) => {
      tellEnd(notices, session, how);
    },
  });
}

async function addReport(
  store: SessionStore,
  snapshots: SourceSnapshots,
  options: Omit<NewSession, 'asked'>,
  report: Report,
): Promise<Session> {
  // Only the last scan counts.
  if (options.kind === 'scan') store.remove(({ kind }) => kind === 'scan');
  const session = store.open({ ...options, asked: null });
  const calls = await snapshots.learn(runKey(session, 0), options.root, report);
  store.handle(session.id, { kind: 'ended', report, run: 0, reason: null }, calls);
  return store.get(session.id) ?? session;
}

/** Runs a command; what goes wrong is told once, in a sentence, and logged with all that is known. */
async function guarded({ resources, notices }: App, action: () => unknown): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    // The user knows.
    if (error instanceof OffloopError && error.code === 'cancelled') return undefined;
    resources.log.error(error instanceof Error ? error : String(error));
    const message =
      error instanceof OffloopError ? error.message : vscode.l10n.t('Offloop failed; its log says why.');
    notices.error(message);
    return undefined;
  }
}
