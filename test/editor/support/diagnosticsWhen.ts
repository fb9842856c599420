import * as vscode from 'vscode';

/**
 * Offloop's diagnostics of a file as soon as they satisfy a condition; waits for the editor's event, so that the
 * test's own time limit is the only bound.
 */
export function diagnosticsWhen(
  uri: vscode.Uri,
  holds: (diagnostics: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Offloop');
      if (!holds(found)) return;
      subscription.dispose();
      resolve(found);
    };
    const subscription = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

/** Diagnostics drawn one per line, 1-based: `3:7-3:41 Information crypto blocked the loop …`. */
export function drawDiagnostics(diagnostics: readonly vscode.Diagnostic[]): string {
  return diagnostics.map(drawDiagnostic).sort().join('\n');
}

function drawDiagnostic({ range, severity, code, message }: vscode.Diagnostic): string {
  const at = ({ line, character }: vscode.Position): string =>
    `${(line + 1).toString()}:${(character + 1).toString()}`;
  const id = typeof code === 'object' ? code.value : code;
  return `${at(range.start)}-${at(range.end)} ${vscode.DiagnosticSeverity[severity]} ${String(id)} ${message}`;
}
