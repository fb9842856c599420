import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { LocalTarget } from '../../profiler/targets/discover.ts';
import { groupTargets } from '../view/targetRows.ts';
import { recorderSettings } from '../settings.ts';
import type { App } from '../app.ts';
import { sessionOf } from '../state/sessionOf.ts';
import type { Asked, Session } from '../state/session.ts';
import { sessionName } from '../view/sessionName.ts';
import { openingText, riskText } from '../view/riskText.ts';
import { launchScript } from './launchScript.ts';
import { openProfile } from './openProfile.ts';
import { folders, rootFor } from './roots.ts';

/** What attaching needs to know about a target. */
export interface Chosen extends Asked {
  readonly title: string;
  readonly cwd: string | null;
}

/** What else the picker leads to. */
type Elsewhere = 'profile' | 'launch';
type Row = vscode.QuickPickItem & { readonly choose?: () => Promise<Chosen | Elsewhere | null> };

/**
 * Attaches to a Node process: to the inspector at `{ address }` if given, else to the process that the user picks.
 * Answers with the session (the running one if that process is already being recorded), or undefined if the user
 * cancelled.
 */
export async function attach(app: App, argument: unknown): Promise<Session | undefined> {
  const address = addressIn(argument);
  if (address !== null) {
    const named = atAddress(address);
    return sessionOf(app.store.sessions, named) ?? attachTo(app, named);
  }
  const chosen = await pick(app);
  if (chosen === 'profile') return openProfile(app, undefined);
  if (chosen === 'launch') return launchScript(app);
  return chosen === null ? undefined : attachTo(app, chosen);
}

/** Starts a session on a target, or shows the one that records it already. */
export async function attachTo(
  app: Pick<App, 'notices' | 'recordings' | 'reveal' | 'store'>,
  chosen: Chosen,
): Promise<Session> {
  const running = sessionOf(app.store.sessions, chosen);
  if (running === null) {
    const { title, cwd, ...asked } = chosen;
    return app.recordings.start(title, asked, recorderSettings(rootFor(cwd)));
  }
  const { l10n } = vscode;
  app.notices.info(l10n.t('{0} is already being recorded.', sessionName(running, l10n)));
  await app.reveal(running);
  return running;
}

function addressIn(argument: unknown): string | null {
  const isNamed = typeof argument === 'object' && argument !== null && 'address' in argument;
  return isNamed && typeof argument.address === 'string' ? argument.address : null;
}

const atAddress = (address: string): Chosen => ({
  target: { kind: 'address', address },
  title: address,
  cwd: null,
  pid: null,
  port: null,
});

async function pick(app: App): Promise<Chosen | Elsewhere | null> {
  const row = await vscode.window.showQuickPick<Row>(rowsFor(app), {
    title: vscode.l10n.t('Attach to a Node process'),
    placeHolder: vscode.l10n.t('Choose the process to record'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return (await row?.choose?.()) ?? null;
}

async function rowsFor(app: App): Promise<Row[]> {
  const groups = groupTargets(await app.resources.planner.ask('targets', {}), folders());
  const separator = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const group = (label: string, targets: readonly LocalTarget[]): readonly Row[] =>
    targets.length === 0 ? [] : [separator(label), ...targets.map((target) => rowOf(app, target))];
  return [
    ...group(vscode.l10n.t('Programs of this workspace'), groups.here),
    ...group(vscode.l10n.t('Other programs'), groups.elsewhere),
    ...group(vscode.l10n.t('Launchers and tools'), groups.launchersAndTools),
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

/** A target as a row of a picker, which says whether it is recorded already. */
export function rowOf(app: Pick<App, 'store' | 'resources'>, target: LocalTarget): Row {
  const chosen = chosenProcess(target);
  const isRecorded = sessionOf(app.store.sessions, chosen) !== null;
  const figures = [
    `pid ${String(target.pid)}`,
    ...(target.node === null ? [] : [`Node ${target.node}`]),
    ...(target.port === null ? [] : [vscode.l10n.t('port {0}', target.port)]),
    ...(isRecorded ? [vscode.l10n.t('recording')] : []),
    ...(target.kind === 'inspector' ? [vscode.l10n.t('inspector open')] : []),
    ...(target.role === 'launcher' ? [vscode.l10n.t('records the programs that it started')] : []),
    ...(target.underDebugger ? [vscode.l10n.t('timings inflated by the debugger')] : []),
  ];
  return {
    label: `$(${isRecorded ? 'record' : target.kind === 'inspector' ? 'debug-alt' : 'server-process'}) ${chosen.title}`,
    description: figures.join(' · '),
    detail: [target.script, target.cwd].filter((text) => text !== null).join(' — '),
    choose: () => (isRecorded ? Promise.resolve(chosen) : agreedTo(app, chosen)),
  };
}

function chosenProcess({ script, cwd, pid, port, webSocketUrl, role, title: own }: LocalTarget): Chosen {
  const title = script === null ? (own ?? `node ${String(pid)}`) : basename(script);
  const target =
    // Choosing a launcher means the programs that it started, which have inspectors of their own.
    webSocketUrl === null || role === 'launcher'
      ? { kind: 'pid' as const, pid }
      : { kind: 'address' as const, address: webSocketUrl };
  return { target, title, cwd, pid, port };
}

/** The choice, once the user agreed to have the inspector opened where it is not open yet; null when not. */
async function agreedTo(app: Pick<App, 'resources'>, chosen: Chosen): Promise<Chosen | null> {
  if (chosen.target.kind !== 'pid') return chosen;
  const { pid } = chosen.target;
  const { planner } = app.resources;
  const [search, programs] = await Promise.all([
    planner.ask('signalRisk', { pid }),
    planner.ask('programs', { pid }),
  ]);
  const risk = riskText(search, vscode.l10n);
  const open = vscode.l10n.t('Open Inspector');
  const answer = await vscode.window.showWarningMessage(
    openingText({ pid, name: chosen.title }, programs, vscode.l10n),
    {
      modal: true,
      detail: [
        vscode.l10n.t('While an inspector is open, every user of this machine can run code in that process.'),
        ...(risk === null ? [] : [risk]),
      ].join('\n\n'),
    },
    open,
  );
  return answer === open ? { ...chosen, target: { kind: 'pid', pid, toldRisk: true } } : null;
}

async function enterAddress(): Promise<Chosen | null> {
  const address = await vscode.window.showInputBox({
    title: vscode.l10n.t('Inspector address'),
    placeHolder: '127.0.0.1:9229',
    prompt: vscode.l10n.t('host:port or ws:// address, as node --inspect prints it'),
    validateInput: (text) =>
      /^(?:wss?:\/\/\S+|\S+:\d{1,5})$/.test(text.trim())
        ? undefined
        : vscode.l10n.t('Enter host:port, for example 127.0.0.1:9229, or a ws:// address.'),
  });
  return address === undefined ? null : atAddress(address.trim());
}
