import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Session } from '../../../src/editor/state/session.ts';

describe('the installed extension', () => {
  it('is there and runs beside the workspace', () => {
    const extension = offloop();
    assert.equal(extension.extensionKind, vscode.ExtensionKind.Workspace);
  });

  it('activates', async () => {
    const extension = offloop();
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command that its manifest names', async () => {
    const extension = offloop();
    await extension.activate();
    const manifest = extension.packageJSON as { contributes?: { commands?: { command: string }[] } };
    const named = (manifest.contributes?.commands ?? []).map((command) => command.command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      named.filter((command) => !registered.has(command)),
      [],
    );
  });
});

describe('the extension host', () => {
  it('is profiled by itself, and what blocked it is named', async () => {
    const busy = setInterval(() => pbkdf2Sync('password', 'salt', 300_000, 32, 'sha512'), 300);
    try {
      const session = await vscode.commands.executeCommand<Session>('offloop.profileExtensionHost', {
        seconds: 2,
      });
      assert.equal(session.kind, 'profile');
      const causes = session.runs[0]?.report.findings.map(({ cause }) => cause);
      assert.ok(causes?.includes('crypto'), JSON.stringify(causes));
    } finally {
      clearInterval(busy);
    }
  });
});

function offloop(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('offloop.offloop');
  assert.ok(extension, 'offloop.offloop is not installed');
  return extension;
}
