import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { LocalTarget } from '../../profiler/discover.ts';
import type { Offloop } from '../offloop.ts';
import { recorderSettings } from '../settings.ts';
import type { Session } from '../state/session.ts';
import { rootFor } from './roots.ts';

/** A script of a package.json. */
interface Script {
  readonly name: string;
  readonly command: string;
  readonly folder: string;
  readonly manager: string;
}

/** Each process of the script's tree gets an inspector on a port of its own: one port would go to the package manager. */
const nodeOptions = '--inspect=127.0.0.1:0';
/** A program comes up within a second or so; looking for it costs a few ms of a helper process. */
const lookEveryMs = 300;
const lockFiles = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun' } as const;

/** Runs an npm script in a terminal and records the program that it starts; undefined when the user chose none. */
export async function launchScript(app: Offloop): Promise<Session | undefined> {
  const script = await pickScript();
  if (script === undefined) return undefined;
  const terminal = vscode.window.createTerminal({
    name: `${script.manager} run ${script.name}`,
    cwd: script.folder,
    env: { NODE_OPTIONS: nodeOptions },
  });
  terminal.show(true);
  terminal.sendText(`${script.manager} run ${script.name}`);
  const target = await waitForProgram(app, terminal, script);
  if (target?.webSocketUrl == null) return undefined;
  const title = target.script === null ? script.name : basename(target.script);
  const settings = recorderSettings(rootFor(target.cwd ?? script.folder));
  return app.recordings.start(title, { kind: 'address', address: target.webSocketUrl }, settings);
}

async function pickScript(): Promise<Script | undefined> {
  const { l10n } = vscode;
  const files = await vscode.workspace.findFiles('**/package.json', '**/node_modules/**', 50);
  const scripts = (await Promise.all(files.map(scriptsOf))).flat();
  if (scripts.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('No package.json of this workspace has a script.'));
    return undefined;
  }
  const rows = scripts.map((script) => ({
    label: script.name,
    description: script.command,
    detail: vscode.workspace.asRelativePath(script.folder),
    script,
  }));
  const title = l10n.t('Launch an npm script under Offloop');
  return (await vscode.window.showQuickPick(rows, { title, matchOnDescription: true }))?.script;
}

async function scriptsOf(manifest: vscode.Uri): Promise<readonly Script[]> {
  const folder = vscode.Uri.joinPath(manifest, '..').fsPath;
  const manager = await managerOf(folder);
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(manifest)));
    const scripts = typeof value === 'object' && value !== null && 'scripts' in value ? value.scripts : null;
    return Object.entries(scripts ?? {}).flatMap(([name, command]) =>
      // A name is typed into a terminal: only what no shell takes for more than a word.
      typeof command === 'string' && /^[\w:.@/-]+$/.test(name) ? [{ name, command, folder, manager }] : [],
    );
  } catch {
    return []; // A manifest that is being edited has no scripts for the moment.
  }
}

async function managerOf(folder: string): Promise<string> {
  for (const [file, manager] of Object.entries(lockFiles)) {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.file(join(folder, file)));
      return manager;
    } catch {
      continue; // Not this one.
    }
  }
  return 'npm';
}

/** The first program below a terminal that is no package manager or watcher; undefined when the user gave up. */
async function waitForProgram(
  app: Offloop,
  terminal: vscode.Terminal,
  script: Script,
): Promise<LocalTarget | undefined> {
  const shell = await terminal.processId;
  const title = vscode.l10n.t('Offloop: waiting for the program of {0}', script.name);
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, canceled) => {
      while (shell !== undefined && !canceled.isCancellationRequested && terminal.exitStatus === undefined) {
        const targets = await app.helpers.planner.ask('targets', { below: shell });
        const open = targets.find(({ webSocketUrl }) => webSocketUrl !== null);
        if (open !== undefined) return open;
        await delay(lookEveryMs);
      }
      return undefined;
    },
  );
}
