import * as vscode from 'vscode';
import { innerCommandIds, treeContexts } from '../ids.ts';
import { isActive } from '../state/session.ts';
import type { SessionStore } from '../state/sessionStore.ts';
import { isProblem } from '../view/hoverLines.ts';
import { findingTooltip } from '../view/tree/findingRow.ts';
import { rowIcon } from '../view/tree/rowIcon.ts';
import { rowText } from '../view/tree/rowText.ts';
import { sessionTooltip } from '../view/tree/sessionRow.ts';
import { childNodes, isLeaf, type TreeNode } from '../view/tree/treeNodes.ts';
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
    const icon = rowIcon(node);
    item.iconPath =
      icon.color === null
        ? new vscode.ThemeIcon(icon.id)
        : new vscode.ThemeIcon(icon.id, new vscode.ThemeColor(icon.color));
    const place = placeOf(node);
    if (place !== null) {
      const title = vscode.l10n.t('Go to Source');
      item.command = { title, command: innerCommandIds.openFrame, arguments: [place] };
    }
    const context = contextOf(node);
    if (context !== null) item.contextValue = context;
    const tooltip = tooltipOf(node);
    if (tooltip !== null) item.tooltip = tooltip;
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function collapsibleState(node: TreeNode): vscode.TreeItemCollapsibleState {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  // What blocks is what people come for.
  if (node.kind === 'session' || (node.kind === 'group' && node.group === 'blocks')) return Expanded;
  return isLeaf(node) ? None : Collapsed;
}

/** Rows keep their identity over refreshes, so that what is unfolded stays so; frames have none of their own. */
function idOf(node: TreeNode): string | null {
  if (node.kind === 'session') return `session ${String(node.session.id)}`;
  if (node.kind === 'group') return `group ${String(node.session.id)} ${node.group}`;
  if (node.kind === 'finding') return `finding ${String(node.view.session.id)} ${node.view.id}`;
  return null;
}

/** What menus know a row by. */
function contextOf(node: TreeNode): string | null {
  if (node.kind === 'session') {
    if (node.session.kind === 'scan') return treeContexts.scan;
    return isActive(node.session) ? treeContexts.recordingSession : treeContexts.session;
  }
  if (node.kind !== 'finding') return null;
  if (node.view.session.kind === 'scan') return treeContexts.scannedCall;
  return isProblem(node.view) ? treeContexts.fixableFinding : treeContexts.finding;
}

/** Plain text: names of the target's are in it. */
function tooltipOf(node: TreeNode): string | null {
  if (node.kind === 'session') return sessionTooltip(node.session, vscode.l10n);
  if (node.kind === 'finding') return findingTooltip(node.view, vscode.l10n);
  return null;
}

function placeOf(node: TreeNode): OpenPlace | null {
  if (node.kind === 'frame') return placeOfFrame(node.frame, node.root);
  return node.kind === 'finding' ? placeOfFinding(node.view.finding, node.view.session.root) : null;
}
