import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { OffloopApi } from '../../../src/editor/app.ts';
import type { FindingView } from '../../../src/editor/state/findingViews.ts';
import type { Session } from '../../../src/editor/state/session.ts';
import type { Activated } from '../../../src/extension.ts';

/** What the installed extension lets others read. */
export async function loadApi(): Promise<OffloopApi> {
  const extension = vscode.extensions.getExtension<Activated>('offloop.offloop');
  assert.ok(extension, 'offloop.offloop is not installed');
  return (await extension.activate()).load();
}

/** Attaches to an inspector, as the command does once a target is picked. */
export async function attachTo(address: string): Promise<Session> {
  const session = await vscode.commands.executeCommand<Session | undefined>('offloop.attach', { address });
  assert.ok(session, 'no session was started');
  return session;
}

/** A session as soon as it satisfies a condition. */
export function sessionWhen(
  api: OffloopApi,
  id: number,
  holds: (session: Session) => boolean,
): Promise<Session> {
  return when(api, () => api.sessions.find((session) => session.id === id && holds(session)));
}

/** The first finding that satisfies a condition, as soon as there is one. */
export const findingWhen = (
  api: OffloopApi,
  holds: (finding: FindingView) => boolean,
): Promise<FindingView> => when(api, () => api.findings.find(holds));

/** Waits for the extension's own event; the test's time limit is the only bound. */
function when<T>(api: OffloopApi, look: () => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const check = (): void => {
      const found = look();
      if (found === undefined) return;
      subscription.dispose();
      resolve(found);
    };
    const subscription = api.onDidChange(check);
    check();
  });
}

/** Repeats an action until something has happened. */
export async function repeatUntil<T>(event: Promise<T>, action: () => Promise<unknown>): Promise<T> {
  const happened = event.then((value) => ({ value }));
  for (;;) {
    const first = await Promise.race([happened, action().then(() => null)]);
    if (first !== null) return first.value;
  }
}
