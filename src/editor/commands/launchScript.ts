import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { LocalTarget } from '../../profiler/targets/discover.ts';
import type { App } from '../app.ts';
import { recorderSettings } from '../settings.ts';
import { signalOf } from '../signalOf.ts';
import type { Session } from '../state/session.ts';
import { rootFor } from './roots.ts';
import { ScriptRun, type Script, type ScriptEnd } from './scriptRun.ts';

/** A program comes up within a second or so; looking for it costs a few ms of a helper process. */
const lookEveryMs = 300;
const lockFiles = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun' } as const;

/**
 * Runs an npm script in a terminal and records the program that it starts; undefined if the user cancelled, or the
 * script ended before.
 */
export async function launchScript(app: App): Promise<Session | undefined> {
  const script = await pickScript(app);
  if (script === undefined) return undefined;
  const run = await ScriptRun.start(script);
  try {
    const target = await waitForProgram(app, run, script);
    if (target?.webSocketUrl == null) return undefined;
    const { pid, port, webSocketUrl: address } = target;
    // A script may start several programs.
    const family = run.processId === null ? {} : { familyOf: run.processId };
    const title = target.script === null ? script.name : basename(target.script);
    const settings = recorderSettings(rootFor(target.cwd ?? script.folder));
    return app.recordings.start(
      title,
      { target: { kind: 'address', address, ...family }, pid, port },
      settings,
    );
  } finally {
    run.dispose();
  }
}

async function pickScript(app: Pick<App, 'notices'>): Promise<Script | undefined> {
  const { l10n } = vscode;
  const files = await vscode.workspace.findFiles('**/package.json', '**/node_modules/**', 50);
  const scripts = (await Promise.all(files.map(scriptsOf))).flat();
  if (scripts.length === 0) {
    app.notices.info(l10n.t('No package.json in this workspace has a script.'));
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

/** The first process of a script that is not a package manager or watcher; undefined if it ended or the user cancelled. */
async function waitForProgram(
  app: Pick<App, 'notices' | 'resources'>,
  run: ScriptRun,
  script: Script,
): Promise<LocalTarget | undefined> {
  const title = vscode.l10n.t('Offloop: waiting for the program of {0}', script.name);
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, canceled) => {
      const signal = signalOf(canceled);
      while (!signal.aborted) {
        const below = run.processId;
        const targets = below === null ? [] : await app.resources.planner.ask('targets', { below }, signal);
        const open = targets.find(({ webSocketUrl }) => webSocketUrl !== null);
        if (open !== undefined) return open;
        if (run.end !== null) {
          app.notices.error(endText(script, run.end));
          return undefined;
        }
        await delay(lookEveryMs);
      }
      return undefined;
    },
  );
}

function endText({ manager, name }: Script, { exitCode }: ScriptEnd): string {
  const { l10n } = vscode;
  const command = `${manager} run ${name}`;
  return exitCode === null
    ? l10n.t('{0} ended before it could be recorded. See the terminal.', command)
    : l10n.t('{0} ended (exit code {1}) before it could be recorded. See the terminal.', command, exitCode);
}
