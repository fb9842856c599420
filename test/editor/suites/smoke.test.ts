import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

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

function offloop(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('offloop.offloop');
  assert.ok(extension, 'offloop.offloop is not installed');
  return extension;
}
