import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../app.ts';

/** Opens a copy of the demo shop in a new window: a small server that blocks in every way there is. */
export async function openDemo(app: Pick<App, 'resources'>): Promise<vscode.Uri> {
  const folder = join(await mkdtemp(join(tmpdir(), 'offloop-')), 'demo');
  const isOwn = (path: string): boolean => basename(path) !== 'node_modules';
  await cp(app.resources.pathOf('demo'), folder, { recursive: true, filter: isOwn });
  const uri = vscode.Uri.file(folder);
  await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
  return uri;
}
