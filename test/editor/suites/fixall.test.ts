import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { FixedCall } from '../../../src/editor/fixes/fixAllInFile.ts';
import { diagnosticsWhen } from '../support/diagnosticsWhen.ts';
import { attachTo, loadApi, repeatUntil, sessionWhen } from '../support/session.ts';
import { startTarget } from '../support/startTarget.ts';
import { openFile } from '../support/workspace.ts';

describe('all calls of a file that block', () => {
  it('are fixed where that is proven, as one undo; the others are listed with their reasons', async () => {
    const { document } = await openFile('work.js');
    const api = await loadApi();
    await using target = await startTarget('work.js');
    const [, port = ''] = await target.line(/^listening on (\d+)/);
    const session = await attachTo(target.url);
    const found = diagnosticsWhen(document.uri, (all) => all.length === 3);
    await repeatUntil(found, async () => {
      for (const route of ['/login', '/again', '/session'])
        await (await fetch(`http://127.0.0.1:${port}${route}`)).text();
    });
    const before = document.getText();
    const calls = await vscode.commands.executeCommand<readonly FixedCall[]>(
      'offloop.fixAllInFile',
      document.uri,
    );
    assert.equal(calls.length, 3, JSON.stringify(calls));
    const [refused] = calls.filter(({ outcome }) => outcome === 'refused');
    assert.match(refused?.detail ?? '', /constructor/i);
    assert.equal(calls.filter(({ outcome }) => outcome === 'fixed').length, 2, JSON.stringify(calls));
    assert.equal(document.getText().match(/await pbkdf2\w*\(/g)?.length, 2);
    assert.match(api.notices.at(-1)?.text ?? '', /^work\.js: Fixed: 2 · cannot be fixed: 1$/);
    assert.deepEqual(api.notices.at(-1)?.actions, ['Show List']);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
    await vscode.commands.executeCommand('offloop.stop');
    await sessionWhen(api, session.id, ({ phase }) => phase === 'ended');
  });

  it('are an action of the kind that VS Code runs on save', async () => {
    const { document } = await openFile('work.js');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 0, 0, 0),
      'source.fixAll.offloop',
    );
    assert.deepEqual(
      actions.map(({ title, command }) => [title, command?.command]),
      [['Fix all proven blocking calls', 'offloop.fixAllInFile']],
    );
  });
});
