import { expect, it } from 'vitest';

it('refuses to import vscode outside the extension host', async () => {
  await expect(import('vscode')).rejects.toThrow('must not import vscode');
});
