import * as vscode from 'vscode';
import { innerCommandIds, treeContexts } from '../ids.ts';
import { isActive, type Session } from '../state/session.ts';
import type { SessionStore } from '../state/sessionStore.ts';
import { activityText } from '../view/statusText.ts';
import { childNodes, isLeaf, rowText, type TreeNode } from '../view/treeNodes.ts';
import { placeOfFinding, placeOfFrame } from './reportPlaces.ts';
import type { OpenPlace } from '../openPlace.ts';

/** Sessions, their findings, blocks and stack frames. */
export class SessionsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #store: SessionStore;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  /** Asks VS Code to ask again. */
  refresh(): void {
    this.#changed.fire(undefined);
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return [...childNodes(node, this.#store.sessions)];
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const { label, description } = rowText(node, this.#store.sessions, vscode.l10n);
    const item = new vscode.TreeItem(label, collapsibleState(node));
    item.description = description;
    const id = idOf(node);
    if (id !== null) item.id = id;
    item.iconPath = new vscode.ThemeIcon(iconOf(node));
    const place = placeOf(node);
    if (place !== null) {
      const title = vscode.l10n.t('Go to Source');
      item.command = { title, command: innerCommandIds.openFrame, arguments: [place] };
    }
    if (node.kind === 'finding') item.contextValue = treeContexts.finding;
    if (node.kind === 'session') {
      item.contextValue = isActive(node.session) ? treeContexts.recordingSession : treeContexts.session;
      const tooltip = tooltipOf(node.session);
      if (tooltip !== '') item.tooltip = tooltip;
    }
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function collapsibleState(node: TreeNode): vscode.TreeItemCollapsibleState {
  if (node.kind === 'session') return vscode.TreeItemCollapsibleState.Expanded;
  return isLeaf(node) ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed;
}

/** Rows keep their identity over refreshes, so that what is unfolded stays so; frames have none of their own. */
function idOf(node: TreeNode): string | null {
  if (node.kind === 'session') return `session ${String(node.session.id)}`;
  if (node.kind === 'group') return `group ${String(node.session.id)} ${node.group}`;
  if (node.kind === 'finding') return `finding ${String(node.view.session.id)} ${node.view.id}`;
  return null;
}

function iconOf(node: TreeNode): string {
  switch (node.kind) {
    case 'session':
      return sessionIcon(node.session);
    case 'group':
      return node.group === 'startup' ? 'rocket' : 'debug-disconnect';
    case 'finding':
      return node.view.verdict === 'gone' ? 'pass' : 'watch';
    case 'block':
      return 'debug-pause';
    case 'frame':
      return node.frame.kind === 'user' ? 'symbol-method' : 'library';
  }
}

function sessionIcon(session: Session): string {
  // Nothing is recorded while the program is gone.
  if (session.phase === 'waiting') return 'debug-disconnect';
  return isActive(session) ? 'record' : session.kind === 'live' ? 'history' : 'file';
}

function tooltipOf(session: Session): string {
  const activity = activityText(session, vscode.l10n);
  return session.phase === 'waiting'
    ? `${activity} ${vscode.l10n.t('Stop ends the session now.')}`
    : activity;
}

function placeOf(node: TreeNode): OpenPlace | null {
  if (node.kind === 'frame') return placeOfFrame(node.frame, node.root);
  return node.kind === 'finding' ? placeOfFinding(node.view.finding, node.view.session.root) : null;
}
