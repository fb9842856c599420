import * as vscode from 'vscode';
import { contextKeys } from '../ids.ts';
import type { Explanations } from '../fixes/explanations.ts';
import { isActive } from '../state/session.ts';
import type { SessionStore } from '../state/sessionStore.ts';
import { CodeLenses } from './codeLenses.ts';
import { Diagnostics } from './diagnostics.ts';
import { Hovers } from './hovers.ts';
import { LineEnds } from './lineEnds.ts';
import type { Placements } from './placements.ts';
import type { SessionsTree } from './sessionsTree.ts';
import { StatusBar } from './statusBar.ts';

/** Languages whose files a Node process runs. */
export const sourceDocuments: vscode.DocumentSelector = [
  'javascript',
  'typescript',
  'javascriptreact',
  'typescriptreact',
].map((language) => ({ language, scheme: 'file' }));

/** Puts findings on all surfaces and keeps them there as sessions and texts change. */
export function showSurfaces(
  store: SessionStore,
  placements: Placements,
  tree: SessionsTree,
  explanations: Explanations,
  extensionUri: vscode.Uri,
): vscode.Disposable {
  const diagnostics = new Diagnostics(placements, vscode.Uri.joinPath(extensionUri, 'docs', 'causes'));
  const lineEnds = new LineEnds(placements);
  const lenses = new CodeLenses(placements);
  const statusBar = new StatusBar(store);
  const refreshAll = (): void => {
    diagnostics.refresh();
    lineEnds.refresh();
    lenses.refresh();
    tree.refresh();
    setContexts(store);
  };
  const subscription = store.onDidChange((change) => {
    statusBar.refresh();
    if (change === 'findings') refreshAll();
  });
  return vscode.Disposable.from(
    diagnostics,
    lineEnds,
    lenses,
    statusBar,
    { dispose: () => subscription[Symbol.dispose]() },
    vscode.languages.registerCodeLensProvider(sourceDocuments, lenses),
    vscode.languages.registerHoverProvider(sourceDocuments, new Hovers(placements, explanations)),
    followTexts(diagnostics, lineEnds),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('offloop')) refreshAll();
    }),
  );
}

/** Findings live with the text: each edit places them again. */
function followTexts(diagnostics: Diagnostics, lineEnds: LineEnds): vscode.Disposable {
  const refreshDocument = (document: vscode.TextDocument): void => {
    diagnostics.refreshDocument(document);
    lineEnds.refresh();
  };
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      refreshDocument(document);
    }),
    vscode.workspace.onDidOpenTextDocument(refreshDocument),
    vscode.window.onDidChangeVisibleTextEditors(() => {
      lineEnds.refresh();
    }),
  );
}

function setContexts(store: SessionStore): void {
  const set = (key: string, value: boolean): void => {
    void vscode.commands.executeCommand('setContext', key, value);
  };
  set(contextKeys.recording, store.sessions.some(isActive));
  set(contextKeys.hasSessions, store.sessions.length > 0);
}
