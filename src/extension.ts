import * as vscode from 'vscode';
import { commandIds, innerCommandIds, viewIds } from './editor/ids.ts';
import type { App, OffloopApi } from './editor/app.ts';
import { savedFolder } from './editor/savedFolder.ts';
import type { TreeNode } from './editor/view/tree/treeNodes.ts';

/** What `activate` gives: everything else is loaded by the first command, the first look at a view, or `load`. */
export interface Activated {
  load(): Promise<OffloopApi>;
}

/** Registers commands and views. */
export function activate(context: vscode.ExtensionContext): Activated {
  let loading: Promise<App> | null = null;
  const treeChanged = new vscode.EventEmitter<undefined>();
  const load = async (): Promise<App> => {
    const { startApp } = await import('./editor/startApp.ts');
    const offloop = await startApp(context, async (session) => {
      await view.reveal({ kind: 'session', session }, { select: true, focus: false });
    });
    offloop.tree.onDidChangeTreeData(() => {
      treeChanged.fire(undefined);
    });
    return offloop;
  };
  const loaded = (): Promise<App> => (loading ??= load());
  const tree: vscode.TreeDataProvider<TreeNode> = {
    onDidChangeTreeData: treeChanged.event,
    getChildren: async (node) => (await loaded()).tree.getChildren(node),
    getTreeItem: async (node) => (await loaded()).tree.getTreeItem(node),
    // Only sessions are revealed, and nothing is above them.
    getParent: () => null,
  };
  const view = vscode.window.createTreeView(viewIds.sessions, { treeDataProvider: tree });
  context.subscriptions.push(
    treeChanged,
    view,
    ...[...Object.values(commandIds), ...Object.values(innerCommandIds)].map((id) =>
      vscode.commands.registerCommand(id, async (...args: unknown[]) => (await loaded()).run(id, args)),
    ),
  );
  void hasSessions(context).then((has) => (has ? loaded() : null));
  return { load: async () => apiOf(await loaded(), context) };
}

/** Whether the window before left sessions, whose findings belong into the editor again. */
async function hasSessions(context: vscode.ExtensionContext): Promise<boolean> {
  const folder = savedFolder(context);
  if (folder === null) return false;
  try {
    return (await vscode.workspace.fs.readDirectory(folder)).length > 0;
  } catch {
    return false; // Nothing was ever kept.
  }
}

/** What others may read, as it is whenever they read it. */
function apiOf({ store, tree, notices }: App, context: vscode.ExtensionContext): OffloopApi {
  const changed = new vscode.EventEmitter<void>();
  const subscription = store.onDidChange(() => {
    changed.fire();
  });
  context.subscriptions.push(changed, {
    dispose: () => {
      subscription[Symbol.dispose]();
    },
  });
  return {
    get sessions() {
      return store.sessions;
    },
    get findings() {
      return store.findings;
    },
    onDidChange: changed.event,
    get notices() {
      return notices.told;
    },
    tree,
  };
}

/** Everything is a subscription of the context; recorders detach when their parent goes away. */
export function deactivate(): void {
  // Nothing is left to do.
}
