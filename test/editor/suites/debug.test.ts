import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Session } from '../../../src/editor/state/session.ts';
import { diagnosticsWhen } from '../support/diagnosticsWhen.ts';
import { loadApi, sessionWhen } from '../support/session.ts';
import { startTarget, type RunningTarget } from '../support/startTarget.ts';
import { fileUri, openFile } from '../support/workspace.ts';

describe('a program that VS Code debugs', () => {
  afterEach(async () => {
    await vscode.debug.stopDebugging();
  });

  it('is recorded beside the debugger, and said to be inflated by it', async () => {
    const { document } = await openFile('spin.js');
    const api = await loadApi();
    const program = fileUri('spin.js').fsPath;
    const launch = { type: 'node', request: 'launch', name: 'spin', program, console: 'internalConsole' };
    assert.equal(await vscode.debug.startDebugging(undefined, launch), true);
    const session = await profileOnceItRuns();
    const { target } = await sessionWhen(api, session.id, ({ phase }) => phase === 'recording');
    assert.equal(target?.underDebugger, true);
    const [problem] = await diagnosticsWhen(document.uri, (all) => all.length > 0);
    assert.ok(problem);
    assert.match(document.getText(problem.range), /^pbkdf2Sync\(/);
    await vscode.commands.executeCommand('offloop.stop');
    await sessionWhen(api, session.id, ({ phase }) => phase === 'ended');
  });

  it('is recorded through the debugger when that attached to it', async () => {
    await using target = await startTarget('spin.js');
    await recordedThroughDebugger(target, 'spin.js');
    // The debugger has kept what is its own.
    const debugged = vscode.debug.activeDebugSession;
    const answer: unknown = await debugged?.customRequest('evaluate', {
      expression: '6 * 7',
      context: 'repl',
    });
    assert.equal((answer as { readonly result?: string } | undefined)?.result, '42');
  });

  it('is shown in the source it was compiled from in memory, through the debugger too', async () => {
    await using target = await startTarget('inMemory.cjs');
    await recordedThroughDebugger(target, 'hash.ts');
  });
});

/** The debugger says that a session started before the program is there. */
async function profileOnceItRuns(): Promise<Session> {
  for (;;) {
    const session = await vscode.commands.executeCommand<Session | undefined>('offloop.profileDebugSession');
    if (session !== undefined) return session;
  }
}

/** Lets the debugger attach to a program, records it through that, and looks for the blocking call in a file. */
async function recordedThroughDebugger(target: RunningTarget, file: string): Promise<void> {
  const { document } = await openFile(file);
  const api = await loadApi();
  const port = Number(new URL(target.url).port);
  const running = { type: 'node', request: 'attach', name: 'spin', address: '127.0.0.1', port };
  assert.equal(await vscode.debug.startDebugging(undefined, running), true);
  const session = await profileOnceItRuns();
  const recording = await sessionWhen(api, session.id, ({ phase }) => phase === 'recording');
  assert.equal(recording.target?.underDebugger, true);
  const [problem] = await diagnosticsWhen(document.uri, (all) => all.length > 0);
  assert.ok(problem);
  assert.match(document.getText(problem.range), /^pbkdf2Sync\(/);
  await vscode.commands.executeCommand('offloop.stop');
  await sessionWhen(api, session.id, ({ phase }) => phase === 'ended');
}
