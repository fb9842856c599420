import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { OffloopApi } from '../../../src/editor/app.ts';
import type { Session } from '../../../src/editor/state/session.ts';
import type { Comparison } from '../../../src/investigation/verdicts/compareReports.ts';
import { drawTree } from '../support/drawTree.ts';
import { attachTo, loadApi, sessionWhen } from '../support/session.ts';
import { startTarget } from '../support/startTarget.ts';
import { fileUri } from '../support/workspace.ts';

let api: OffloopApi;
let sessions: readonly Session[];

const hasFindings = ({ runs }: Session): boolean => (runs.at(-1)?.report.findings.length ?? 0) > 0;

/** A session of a program of its own, from its start to its first findings. */
async function recorded(): Promise<Session> {
  await using target = await startTarget('spin.js');
  const { id } = await attachTo(target.url);
  await sessionWhen(api, id, hasFindings);
  await vscode.commands.executeCommand('offloop.stop', { session: { id } });
  return await sessionWhen(api, id, ({ phase }) => phase === 'ended');
}

const compare = (one: unknown, other: unknown): Thenable<Comparison | undefined> =>
  vscode.commands.executeCommand('offloop.compareSessions', one, other);

/** Waits for a tab: the window tells of new ones by an event. */
function tabWhen(title: RegExp): Promise<string> {
  return new Promise((resolve) => {
    const look = (): void => {
      const labels = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
      const found = labels.find((label) => title.test(label));
      if (found === undefined) return;
      subscription.dispose();
      resolve(found);
    };
    const subscription = vscode.window.tabGroups.onDidChangeTabs(look);
    look();
  });
}

before(async () => {
  api = await loadApi();
  sessions = [await recorded(), await recorded()];
});

describe('two sessions of one program whose code did not change', () => {
  it('are compared by the rule of the command line: no verdict is given', async () => {
    const comparison = await compare({ session: sessions[0] }, { session: sessions[1] });
    const hash = comparison?.findings.find(({ before: first }) => first?.callSite?.callee === 'pbkdf2Sync');
    assert.deepEqual([hash?.verdict, hash?.reason], ['same', 'code-unchanged']);
    await tabWhen(/^spin\.js [\d:]+ → spin\.js [\d:]+$/);
  });
});

describe('a report that was saved', () => {
  it('is compared with a session', async () => {
    const uri = fileUri('before.json');
    await vscode.commands.executeCommand('offloop.exportSession', { session: sessions[0] }, uri);
    const comparison = await compare(uri, { session: sessions[1] });
    assert.ok((comparison?.findings.length ?? 0) > 0);
    await tabWhen(/^before\.json → spin\.js [\d:]+$/);
  });

  it('is refused with a sentence where the file is something else', async () => {
    const uri = fileUri('other.json');
    await writeFile(uri.fsPath, '{"version":1,"findings":[{"id":"x"}]}');
    assert.equal(await compare(uri, { session: sessions[1] }), undefined);
    assert.equal(
      api.notices.at(-1)?.text,
      "other.json is not a report. In it, the file must have required property 'target'. Export a session as JSON.",
    );
  });
});

describe('a session in the tree', () => {
  it('gets another name, and goes with what it found; one that records leaves its program first', async () => {
    const [first] = sessions;
    assert.ok(first);
    await vscode.commands.executeCommand('offloop.renameSession', { session: first }, 'before the fix');
    assert.match(await drawTree(api.tree), /^before the fix — /m);
    await using target = await startTarget('spin.js');
    const { id } = await attachTo(target.url);
    await sessionWhen(api, id, ({ phase }) => phase === 'recording');
    for (const session of [first, { id }])
      await vscode.commands.executeCommand('offloop.removeSession', { session });
    assert.deepEqual(
      api.sessions.map((session) => session.id),
      [sessions[1]?.id],
    );
    const next = await attachTo(target.url);
    await sessionWhen(api, next.id, hasFindings);
    await vscode.commands.executeCommand('offloop.removeSession', { session: next });
  });
});
