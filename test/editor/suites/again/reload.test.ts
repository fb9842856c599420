import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { diagnosticsWhen } from '../../support/diagnosticsWhen.ts';
import { isProfiled, lastingTarget } from '../../support/lastingTarget.ts';
import { drawTree } from '../../support/drawTree.ts';
import { attachTo, loadApi, sessionWhen } from '../../support/session.ts';
import { fileUri, openFile } from '../../support/workspace.ts';

describe('the next window', () => {
  it('shows the findings by itself, at the calls as they are now, and none where the call was changed', async () => {
    // Nothing of Offloop is asked for: what was found before brings it up.
    const uri = fileUri('spin.js');
    const found = await diagnosticsWhen(uri, (all) => all.length > 0);
    const { document } = await openFile('spin.js');
    assert.deepEqual(
      found.map(({ range }) => document.getText(range)),
      ["crypto.pbkdf2Sync('password', 'salt', 200_000, 64, 'sha512')"],
    );
  });

  it('shows the session as ended by the close of the window, with a stale finding', async () => {
    const api = await loadApi();
    const [session] = api.sessions;
    assert.equal(session?.phase, 'ended');
    assert.equal(session.message, 'The window was closed or reloaded while it recorded.');
    const lines = (await drawTree(api.tree)).split('\n');
    const stale = lines.filter((line) => line.includes('source changed since start'));
    assert.equal(stale.length, 1, lines.join('\n'));
    assert.match(stale[0] ?? '', /scryptSync/);
  });

  it('has left the program as it was, and can record it again as a session of its own', async () => {
    const api = await loadApi();
    const target = await lastingTarget();
    assert.ok(target);
    assert.equal(await isProfiled(target.pid), false);
    const session = await attachTo(target.url);
    const { earlier } = await sessionWhen(api, session.id, ({ phase }) => phase === 'recording');
    assert.deepEqual(earlier, [api.sessions[0]?.id]);
    await vscode.commands.executeCommand('offloop.stop');
    await sessionWhen(api, session.id, ({ phase }) => phase === 'ended');
    process.kill(target.pid);
  });
});
