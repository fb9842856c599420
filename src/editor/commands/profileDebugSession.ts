import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { Session } from '../state/session.ts';
import { attachTo, rowOf, type Chosen } from './attach.ts';

/**
 * Records a program while VS Code debugs it: over a connection of its own if the program is on this machine and says
 * that it is being debugged, else through the debugger's. Undefined if there is none or the user cancelled. The times
 * are inflated, because the debugger tracks every asynchronous call.
 */
export async function profileDebugSession(app: App): Promise<Session | undefined> {
  const { l10n } = vscode;
  const targets = (await app.resources.planner.ask('targets', {})).filter(
    ({ underDebugger, webSocketUrl, role }) => underDebugger && webSocketUrl !== null && role === 'program',
  );
  if (targets.length === 0) {
    const debugged = await throughDebugger();
    if (debugged !== null) return attachTo(app, debugged);
    app.notices.info(l10n.t('No Node.js program is being debugged on this machine.'));
    return undefined;
  }
  const rows = targets.map((target) => rowOf(app, target));
  const title = l10n.t('Record which debugged program?');
  const row = rows.length === 1 ? rows[0] : await vscode.window.showQuickPick(rows, { title });
  const chosen = await row?.choose?.();
  return chosen == null || typeof chosen === 'string' ? undefined : attachTo(app, chosen);
}

/** What js-debug answers to a request for its proxy. */
interface ProxyAddress {
  readonly host: string;
  readonly port: number;
  readonly path?: string;
}

/** The active debug session as a target; null when none of js-debug's is active. */
async function throughDebugger(): Promise<Chosen | null> {
  const session = vscode.debug.activeDebugSession;
  // The session that starts or finds programs has none itself, and never answers; each program's is a child of it.
  if (session?.type !== 'pwa-node' || session.parentSession === undefined) return null;
  const proxy = await vscode.commands.executeCommand<ProxyAddress | undefined>(
    'extension.js-debug.requestCDPProxy',
    session.id,
  );
  if (proxy === undefined) return null;
  const address = `ws://${proxy.host}:${String(proxy.port)}${proxy.path ?? ''}`;
  const cwd = session.workspaceFolder?.uri.fsPath ?? null;
  return { target: { kind: 'debugger', address }, title: session.name, cwd, pid: null, port: null };
}
