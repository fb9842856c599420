import * as vscode from 'vscode';
import type { App } from '../../app.ts';
import { causeTexts } from '../../../wording/causeTexts.ts';

/** Opens the page of a cause as it reads. */
export async function showCause({ resources }: Pick<App, 'resources'>, cause: unknown): Promise<void> {
  if (typeof cause !== 'string' || !Object.hasOwn(causeTexts, cause)) return;
  const page = vscode.Uri.file(resources.pathOf('docs', 'causes', `${cause}.md`));
  await vscode.commands.executeCommand('markdown.showPreview', page);
}
