import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { isProfiled, startLasting } from '../support/lastingTarget.ts';
import { attachTo, loadApi, sessionWhen } from '../support/session.ts';
import { openFile } from '../support/workspace.ts';

/** `again/reload.test.ts` looks at what the next window has of this one. */
describe('a window that is closed while a session records', () => {
  it('has findings of two calls', async () => {
    await openFile('spin.js');
    const api = await loadApi();
    const target = await startLasting('spin.js');
    const session = await attachTo(target.url);
    const found = await sessionWhen(api, session.id, ({ runs }) => {
      const callees = runs.at(-1)?.report.findings.map(({ callSite }) => callSite?.callee) ?? [];
      return callees.includes('pbkdf2Sync') && callees.includes('scryptSync');
    });
    assert.equal(found.phase, 'recording');
    assert.equal(await isProfiled(target.pid), true);
  });

  it('changes one of them in the file, which no report knows of', async () => {
    const { document } = await openFile('spin.js');
    const at = document.getText().indexOf("crypto.scryptSync('password'");
    const edit = new vscode.WorkspaceEdit();
    const start = document.positionAt(at);
    edit.replace(document.uri, new vscode.Range(start, document.lineAt(start.line).range.end), 'null;');
    edit.insert(document.uri, new vscode.Position(0, 0), '// One more line.\n');
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    assert.equal(await document.save(), true);
  });
});
