import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A blocking call that the demo announces with a comment `// block: <cause> <callee>`; line and column from 1. */
export interface Marker {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly cause: string;
  readonly callee: string;
}

const comment = /\/\/ block: (\S+) (\S+)$/;

/** The calls that begin on a line and whose callee ends as the marker says. */
function callsOn(tree: ts.SourceFile, line: number, callee: string): readonly ts.CallExpression[] {
  const found: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const name = node.expression.getText(tree);
      const at = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
      if (at === line && (name === callee || name.endsWith(`.${callee}`))) found.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function markersOf(path: string, file: string): readonly Marker[] {
  const text = readFileSync(path, 'utf8');
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  return text.split('\n').flatMap((code, line): readonly Marker[] => {
    const [, cause, callee] = comment.exec(code) ?? [];
    if (cause === undefined || callee === undefined) return [];
    const calls = callsOn(tree, line, callee);
    const [call] = calls;
    if (call === undefined || calls.length > 1) {
      throw new Error(
        `${file}:${String(line + 1)} marks ${callee}, which is called ${String(calls.length)} times`,
      );
    }
    const column = tree.getLineAndCharacterOfPosition(call.getStart(tree)).character + 1;
    return [{ file, line: line + 1, column, cause, callee }];
  });
}

/** Every marker in the JavaScript files of a folder; file names are relative to `root`. */
export function readMarkers(folder: string, root: string): readonly Marker[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.m?js$/.test(name))
    .sort()
    .flatMap((name) =>
      markersOf(join(folder, name), relative(root, join(folder, name)).replaceAll('\\', '/')),
    );
}
