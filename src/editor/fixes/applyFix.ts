import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { OffloopError } from '../../base/offloopError.ts';
import { contentOf, type PendingFile } from '../../fixes/fixWrite.ts';
import type { Installed } from '../../fixes/installExecutor.ts';
import type { App } from '../app.ts';
import { signalOf } from '../signalOf.ts';
import { askExecutor, type ExecutorNeed } from './executorNeed.ts';
import { fixEdit, hasMoved, pathsOf, type FixChanges } from './fixEdit.ts';

/**
 * Applies a fix. If it needs the executor, that is installed first and the changed files are saved last, so that a
 * program that watches them never starts without it. If the installation fails, nothing changes.
 */
export async function applyFix(app: App, title: string, changes: FixChanges): Promise<void> {
  const { executor } = changes;
  const installed = executor === null ? null : await installWithProgress(app, executor);
  if (executor !== null && installed === null) return;
  const paths = pathsOf(changes);
  const dirty = dirtyPaths();
  if (await hasMoved(changes)) {
    await installed?.revert();
    app.notices.warn(
      vscode.l10n.t(
        'The code changed while the fix was being prepared. Nothing was changed; choose the fix again.',
      ),
    );
    return;
  }
  if (!(await vscode.workspace.applyEdit(await fixEdit(changes, title)))) {
    await installed?.revert();
    return;
  }
  // What was being edited before stays for the user to save.
  if (executor !== null) await save(paths.filter((path) => !dirty.has(path)));
  tellWarnings(app, changes.warnings);
}

/** Says what the user should know once a fix is made. */
export function tellWarnings(app: Pick<App, 'notices'>, warnings: readonly string[]): void {
  if (warnings.length > 0) app.notices.warn(warnings.join(' '));
}

/** Installs the executor with progress; null when that failed or was cancelled, which the user was told. */
async function installWithProgress(app: App, need: ExecutorNeed): Promise<Installed | null> {
  const { l10n } = vscode;
  const title = l10n.t('Offloop: installing {0}', need.name);
  try {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) => install(app, need, signalOf(token)),
    );
  } catch (error) {
    if (!(error instanceof OffloopError)) throw error;
    app.resources.log.warn(error.message);
    const text = l10n.t('{0} Nothing was changed.', error.message);
    if (error.code === 'cancelled') app.notices.info(text);
    else app.notices.error(text, { title: l10n.t('Show Log'), run: () => app.resources.log.show() });
    return null;
  }
}

async function install(app: App, need: ExecutorNeed, signal: AbortSignal): Promise<Installed> {
  const { installExecutor } = await import('../../fixes/installExecutor.ts');
  const files = await askExecutor(app, need.file, signal);
  const pending = await Promise.all(
    files.map(async ({ path, contentBase64 }): Promise<PendingFile> => {
      return { path, before: await contentOf(path), after: Buffer.from(contentBase64, 'base64') };
    }),
  );
  const dirty = dirtyPaths();
  const unsaved = pending.find(({ path }) => dirty.has(path));
  // What is on disk would take back what was typed since.
  if (unsaved !== undefined)
    throw new OffloopError('bad-input', `${unsaved.path} has unsaved changes: save it first.`);
  const manifest = pending.find(({ path }) => path.endsWith('package.json'));
  return installExecutor({
    folder: manifest === undefined ? need.folder : dirname(manifest.path),
    name: need.name,
    files: pending,
    signal,
    onOutput: (text) => {
      app.resources.log.info(text.trimEnd());
    },
  });
}

const dirtyPaths = (): ReadonlySet<string> =>
  new Set(vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty).map(({ uri }) => uri.fsPath));

async function save(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    if (document.isDirty) await document.save();
  }
}
