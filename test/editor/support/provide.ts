import * as vscode from 'vscode';

/** How often a request is repeated that VS Code cancelled because the document moved meanwhile. */
const ATTEMPTS = 5;

/** The code actions that VS Code offers in a range, Offloop's and all others. */
export async function codeActionsAt(
  uri: vscode.Uri,
  range: vscode.Range,
): Promise<readonly vscode.CodeAction[]> {
  return repeatWhenCanceled(() =>
    vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range),
  );
}

/** The code lenses of a file, resolved. */
export async function codeLensesOf(uri: vscode.Uri): Promise<readonly vscode.CodeLens[]> {
  const all = Number.MAX_SAFE_INTEGER;
  return repeatWhenCanceled(() =>
    vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, all),
  );
}

/** The text of all hovers at a position. */
export async function hoverTextAt(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const hovers = await repeatWhenCanceled(() =>
    vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position),
  );
  const texts = hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : JSON.stringify(content)));
  return texts.join('\n\n');
}

async function repeatWhenCanceled<T>(request: () => Thenable<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      const canceled = error instanceof Error && /^Cancell?ed/.test(error.message);
      if (!canceled || attempt === ATTEMPTS) throw error;
    }
  }
}
