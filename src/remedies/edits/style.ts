import ts from 'typescript';
import type { SourceModel } from '../../code/sourceModel.ts';

/** How a file is written, so that what is inserted looks like the rest. */
export interface Style {
  readonly quote: '"' | "'";
  readonly semicolon: ';' | '';
  /** `node:` when the file imports builtins that way or does not import any. */
  readonly nodePrefix: 'node:' | '';
  readonly eol: '\n' | '\r\n';
  readonly modules: 'import' | 'require';
}

/**
 * Reads the style off a file: majority of what is there, common defaults where nothing is. `esm`: package.json says that
 * `.js` files are ES modules.
 */
export function styleOf(model: SourceModel, esm = false): Style {
  const counts = { single: 0, double: 0, semicolons: 0, bare: 0, prefixed: 0, unprefixed: 0 };
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) {
      if (node.getText().startsWith('"')) counts.double++;
      else counts.single++;
      countSpecifier(node, counts);
    }
    if (endsWithSemicolonByChoice(node)) {
      if (model.text[node.end - 1] === ';') counts.semicolons++;
      else counts.bare++;
    }
    ts.forEachChild(node, visit);
  };
  visit(model.file);
  return {
    quote: counts.double > counts.single ? '"' : "'",
    semicolon: counts.bare > counts.semicolons ? '' : ';',
    nodePrefix: counts.unprefixed > counts.prefixed ? '' : 'node:',
    eol: model.text.includes('\r\n') ? '\r\n' : '\n',
    modules: usesImports(model, esm) ? 'import' : 'require',
  };
}

const builtins = new Set(
  'assert buffer child_process cluster crypto dgram dns events fs fs/promises http http2 https module net os path perf_hooks process querystring readline stream stream/promises timers timers/promises tls tty url util v8 vm worker_threads zlib'.split(
    ' ',
  ),
);

function countSpecifier(node: ts.StringLiteral, counts: { prefixed: number; unprefixed: number }): void {
  if (node.text.startsWith('node:')) counts.prefixed++;
  else if (builtins.has(node.text) && isSpecifier(node)) counts.unprefixed++;
}

function isSpecifier(node: ts.StringLiteral): boolean {
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || ts.isExternalModuleReference(parent)) return true;
  return ts.isCallExpression(parent) && parent.expression.getText() === 'require';
}

const endsWithSemicolonByChoice = (node: ts.Node): boolean =>
  ts.isVariableStatement(node) ||
  ts.isExpressionStatement(node) ||
  ts.isImportDeclaration(node) ||
  ts.isReturnStatement(node);

/** Whether new imports are written `import`: by extension, else by what the file does. */
function usesImports(model: SourceModel, esm: boolean): boolean {
  if (/\.m[jt]s$/.test(model.path)) return true;
  if (model.path.endsWith('.cjs')) return false;
  const isTold = esm || /\.[ct]?tsx?$/.test(model.path);
  return ts.isExternalModule(model.file) || (isTold && !usesRequire(model.file));
}

function usesRequire(file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean =>
    (ts.isCallExpression(node) && node.expression.getText() === 'require') ||
    (ts.forEachChild(node, visit) ?? false);
  return visit(file);
}
