import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { millis } from '../../base/units.ts';
import { formatMs } from '../../wording/numbers/formatNumbers.ts';
import type { App } from '../app.ts';
import { thresholdMs } from '../settings.ts';
import type { Session } from '../state/session.ts';
import { profileText } from '../view/resultText.ts';
import { rootFor } from './roots.ts';
import { showResult } from './showResult.ts';

const defaultSeconds = 15;
const intervalMs = millis(1);

/**
 * Records the process that all extensions of this window share, and shows what blocked it: `{ seconds }` long, or until
 * the user has seen enough.
 */
export async function profileExtensionHost(app: App, argument: unknown): Promise<Session> {
  const { l10n } = vscode;
  const durationMs = millis((secondsIn(argument) ?? defaultSeconds) * 1000);
  const { recordOwnProcess } = await import('../../profiler/recordOwnProcess.ts');
  const title = l10n.t(
    'Offloop: recording the extension host for {0}. Cancel to stop now.',
    formatMs(durationMs),
  );
  const recorded = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (_progress, canceled) => {
      const stop = new AbortController();
      canceled.onCancellationRequested(() => {
        stop.abort();
      });
      return recordOwnProcess({ durationMs, intervalMs, signal: stop.signal });
    },
  );
  if (!recorded.ok) throw recorded.error;
  return showProfile(app, recorded.value);
}

/** The analysis runs in the planner process, which reads profiles from files. */
async function showProfile(app: App, profile: unknown): Promise<Session> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-'));
  try {
    const path = join(folder, 'extension-host.cpuprofile');
    await writeFile(path, JSON.stringify(profile));
    const [root, threshold] = [rootFor(null), thresholdMs()];
    const request = { path, root, thresholdMs: threshold, mappings: [] };
    const report = await app.resources.planner.ask('profile', request);
    const title = vscode.l10n.t('Extension host');
    const opened = { kind: 'profile', title, root, thresholdMs: threshold } as const;
    const session = await app.addReport(opened, report);
    return await showResult(app, session, profileText(session, vscode.l10n));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function secondsIn(argument: unknown): number | null {
  const isNamed = typeof argument === 'object' && argument !== null && 'seconds' in argument;
  return isNamed && typeof argument.seconds === 'number' && argument.seconds > 0 ? argument.seconds : null;
}
