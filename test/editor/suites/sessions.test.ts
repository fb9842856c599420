import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { OffloopApi } from '../../../src/editor/app.ts';
import type { Session } from '../../../src/editor/state/session.ts';
import { drawTree } from '../support/drawTree.ts';
import { codeLensesOf } from '../support/provide.ts';
import { attachTo, loadApi, repeatUntil, sessionWhen } from '../support/session.ts';
import { startTarget } from '../support/startTarget.ts';
import { fileUri, openFile } from '../support/workspace.ts';

let api: OffloopApi;

before(async () => {
  api = await loadApi();
});

const hasFindings = ({ runs }: Session): boolean => (runs.at(-1)?.report.findings.length ?? 0) > 0;

/** Runs a command that shows a picker, and takes the first row. */
async function takeFirst<T>(command: string): Promise<T> {
  const answer = Promise.resolve(vscode.commands.executeCommand<T>(command));
  return repeatUntil(answer, async () => {
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  });
}

async function stopAll(): Promise<void> {
  for (const { id } of api.sessions.filter(({ phase }) => phase === 'recording')) {
    await vscode.commands.executeCommand('offloop.stop', { session: { id } });
    await sessionWhen(api, id, ({ phase }) => phase === 'ended');
  }
  await vscode.commands.executeCommand('offloop.clearFindings');
}

describe('two sessions of one script', () => {
  it('show in the file what the one says that records, after the later one was stopped', async () => {
    const { document } = await openFile('spin.js');
    await using a = await startTarget('spin.js');
    await using b = await startTarget('spin.js');
    const first = await attachTo(a.url);
    await sessionWhen(api, first.id, hasFindings);
    const second = await attachTo(b.url);
    await sessionWhen(api, second.id, hasFindings);
    assert.match(await drawTree(api.tree), new RegExp(`^spin\\.js — pid ${String(b.pid)} · recording `));
    await vscode.commands.executeCommand('offloop.stop', { session: { id: second.id } });
    await sessionWhen(api, second.id, ({ phase }) => phase === 'ended');
    const [own] = api.findings.filter(({ finding }) => finding.callSite?.callee === 'pbkdf2Sync');
    assert.deepEqual([own?.session.id, own?.session.phase, own?.verdict], [first.id, 'recording', null]);
    const lenses = (await codeLensesOf(document.uri)).filter(({ command }) =>
      command?.title.startsWith('$(dashboard)'),
    );
    assert.deepEqual(lenses, []);
    await stopAll();
  });
});

describe('a process that is recorded already', () => {
  it('is not recorded twice: its session is the answer, and the picker shows it', async () => {
    await using target = await startTarget('spin.js');
    const session = await attachTo(target.url);
    await sessionWhen(api, session.id, ({ phase }) => phase === 'recording');
    assert.equal((await attachTo(target.url)).id, session.id);
    const picked = await takeFirst<Session | undefined>('offloop.attach');
    assert.equal(picked?.id, session.id);
    assert.equal(api.notices.at(-1)?.text, `spin.js (pid ${String(target.pid)}) is already being recorded.`);
    assert.equal(api.sessions.length, 1);
    await stopAll();
  });
});

describe('a session in which nothing blocked', () => {
  it('says so when it is stopped, that nobody asked, and what to do', async () => {
    await using target = await startTarget('quiet.js');
    const session = await attachTo(target.url);
    await sessionWhen(api, session.id, ({ runs }) => runs.at(-1)?.report.recording.requests === 0);
    await vscode.commands.executeCommand('offloop.stop');
    await sessionWhen(api, session.id, ({ phase }) => phase === 'ended');
    const notice = api.notices.at(-1);
    assert.match(
      notice?.text ?? '',
      /^Nothing blocked .* for 50 ms or longer in .* It received no request in that time\. Put load on it/,
    );
    assert.deepEqual(notice?.actions, ['Change Threshold']);
  });
});

describe('a command whose result is elsewhere', () => {
  it('says where an export went', async () => {
    const uri = fileUri('exported.json');
    const [session] = api.sessions;
    await vscode.commands.executeCommand('offloop.exportSession', { session }, uri);
    const notice = api.notices.at(-1);
    assert.deepEqual(notice, {
      level: 'info',
      text: `The session was saved to ${uri.fsPath}.`,
      actions: ['Open'],
    });
    const report = JSON.parse(await readFile(uri.fsPath, 'utf8')) as { version: number };
    assert.equal(report.version, 1);
  });

  it('writes the form that the name of the file asks for', async () => {
    const [session] = api.sessions;
    const starts: Readonly<Record<string, string>> = {
      'a.md': '## What blocks the event loop',
      'a.html': '<!DOCTYPE html>',
      'a.sarif': '{\n  "$schema"',
      'a.trace.json': '{"traceEvents":[',
      'a.cpuprofile': '{"nodes":[',
    };
    for (const [name, start] of Object.entries(starts)) {
      await vscode.commands.executeCommand('offloop.exportSession', { session }, fileUri(name));
      assert.ok((await readFile(fileUri(name).fsPath, 'utf8')).startsWith(start), name);
    }
  });
});

describe('a finding whose source is not on this machine', () => {
  it('opens the script that was compiled from it, and says so; without that, it says what is missing', async () => {
    await using target = await startTarget('built/gone.js');
    const session = await attachTo(target.url);
    const isThere = ({ runs }: Session): boolean =>
      runs.at(-1)?.report.findings.some(({ callSite }) => callSite?.file === 'src/gone.ts') === true;
    await sessionWhen(api, session.id, isThere);
    const [row] = api.tree.getChildren();
    assert.ok(row);
    const item = api.tree
      .getChildren(row)
      .flatMap((node) => (node.kind === 'group' ? api.tree.getChildren(node) : [node]))
      .map((node) => api.tree.getTreeItem(node))
      .find(({ command }) => JSON.stringify(command?.arguments ?? []).includes('gone.ts'));
    const command = item?.command;
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
    assert.equal(
      api.notices.at(-1)?.text,
      'src/gone.ts is not on this machine: this is built/gone.js, which was compiled from it.',
    );
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, fileUri('built/gone.js').fsPath);
    const [place] = (command.arguments ?? []) as [object];
    await vscode.commands.executeCommand(command.command, { ...place, compiled: null });
    assert.equal(
      api.notices.at(-1)?.text,
      'src/gone.ts is not on this machine. If it is in another folder, map its path.',
    );
    await stopAll();
  });
});
