import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { LocalTarget } from '../../profiler/discover.ts';
import type { RecorderTarget } from '../../investigation/recorderProtocol.ts';
import { preferInside } from '../view/targetRows.ts';
import { recorderSettings } from '../settings.ts';
import type { Offloop } from '../offloop.ts';
import type { Session } from '../state/session.ts';
import { launchScript } from './launchScript.ts';
import { openProfile } from './openProfile.ts';
import { folders, rootFor } from './roots.ts';

/** What attaching needs to know about a target. */
export interface Chosen {
  readonly target: RecorderTarget;
  readonly title: string;
  readonly cwd: string | null;
}

/** What else the picker leads to. */
type Elsewhere = 'profile' | 'launch';
type Row = vscode.QuickPickItem & { readonly choose?: () => Promise<Chosen | Elsewhere | null> };

/**
 * Attaches to a Node process: to the inspector at `{ address }` when that is given, else to the one the user picks.
 * Answers with the session, or undefined when the user chose none.
 */
export async function attach(app: Offloop, argument: unknown): Promise<Session | undefined> {
  const chosen = addressIn(argument) ?? (await pick(app));
  if (chosen === 'profile') return openProfile(app, undefined);
  if (chosen === 'launch') return launchScript(app);
  return chosen === null ? undefined : attachTo(app, chosen);
}

/** Starts a session on a target. */
export const attachTo = (app: Offloop, { title, target, cwd }: Chosen): Session =>
  app.recordings.start(title, target, recorderSettings(rootFor(cwd)));

function addressIn(argument: unknown): Chosen | null {
  const isNamed = typeof argument === 'object' && argument !== null && 'address' in argument;
  const address = isNamed && typeof argument.address === 'string' ? argument.address : null;
  return address === null ? null : { target: { kind: 'address', address }, title: address, cwd: null };
}

async function pick(app: Offloop): Promise<Chosen | Elsewhere | null> {
  const row = await vscode.window.showQuickPick<Row>(rowsFor(app), {
    title: vscode.l10n.t('Attach to a Node process'),
    placeHolder: vscode.l10n.t('Choose the process whose event loop is watched'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return (await row?.choose?.()) ?? null;
}

async function rowsFor(app: Offloop): Promise<Row[]> {
  const targets = preferInside(await app.helpers.planner.ask('targets', {}), folders());
  const separator = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const open = targets.filter(({ kind }) => kind === 'inspector');
  const closed = targets.filter(({ kind }) => kind === 'process');
  return [
    ...(open.length > 0 ? [separator(vscode.l10n.t('Inspector open')), ...open.map(rowOf)] : []),
    ...(closed.length > 0
      ? [separator(vscode.l10n.t('Inspector is opened first')), ...closed.map(rowOf)]
      : []),
    separator(vscode.l10n.t('Other')),
    {
      label: vscode.l10n.t('$(rocket) Launch an npm script under Offloop…'),
      choose: () => Promise.resolve('launch'),
    },
    { label: vscode.l10n.t('$(plug) Enter host:port or ws:// address…'), choose: enterAddress },
    {
      label: vscode.l10n.t('$(file) Open a .cpuprofile…'),
      choose: () => Promise.resolve('profile'),
    },
  ];
}

/** A target as a row of a picker. */
export function rowOf(target: LocalTarget): Row {
  const name = target.script === null ? `node ${String(target.pid)}` : basename(target.script);
  const figures = [
    `pid ${String(target.pid)}`,
    ...(target.node === null ? [] : [`Node ${target.node}`]),
    ...(target.port === null ? [] : [vscode.l10n.t('port {0}', target.port)]),
    ...(target.underDebugger ? [vscode.l10n.t('timings inflated by the debugger')] : []),
  ];
  return {
    label: `$(${target.kind === 'inspector' ? 'debug-alt' : 'server-process'}) ${name}`,
    description: figures.join(' · '),
    detail: [target.script, target.cwd].filter((text) => text !== null).join(' — '),
    choose: () => chooseProcess(target, name),
  };
}

async function chooseProcess(target: LocalTarget, title: string): Promise<Chosen | null> {
  const { cwd, pid, webSocketUrl } = target;
  if (webSocketUrl !== null) return { target: { kind: 'address', address: webSocketUrl }, title, cwd };
  const open = vscode.l10n.t('Open Inspector');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Open the inspector of {0} (pid {1})?', title, pid),
    {
      modal: true,
      detail: vscode.l10n.t('As long as it is open, every local user can execute code in that process.'),
    },
    open,
  );
  return answer === open ? { target: { kind: 'pid', pid }, title, cwd } : null;
}

async function enterAddress(): Promise<Chosen | null> {
  const address = await vscode.window.showInputBox({
    title: vscode.l10n.t('Address of an inspector'),
    placeHolder: '127.0.0.1:9229',
    prompt: vscode.l10n.t('host:port or ws:// address, as node --inspect prints it'),
    validateInput: (text) =>
      /^(?:wss?:\/\/\S+|\S+:\d{1,5})$/.test(text.trim())
        ? undefined
        : vscode.l10n.t('Write host:port, 127.0.0.1:9229 for example, or a ws:// address.'),
  });
  if (address === undefined) return null;
  const trimmed = address.trim();
  return { target: { kind: 'address', address: trimmed }, title: trimmed, cwd: null };
}
