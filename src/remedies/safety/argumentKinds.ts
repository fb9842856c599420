import ts from 'typescript';
import { isConstant, skipOuter } from '../../code/bindings.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** What an argument can be as far as the text of its file tells. */
export type ArgumentKind = 'text' | 'bytes' | 'number' | 'url' | 'empty' | 'object' | 'unknown';

const deepest = 6;

const textMakers =
  /^(String|join|resolve|normalize|relative|basename|dirname|extname|fileURLToPath|format|stringify|toString|trim\w*|slice|substring|replace\w*|concat|padStart|padEnd|repeat|toLowerCase|toUpperCase|toFixed|tmpdir|homedir|cwd|mkdtempSync|realpathSync|randomUUID)$/;
const byteMakers =
  /^(from|alloc|allocUnsafe|encode|randomBytes|digest|\w*(gzip|deflate|brotliCompress|deflateRaw|unzip|gunzip|inflate|brotliDecompress)Sync|subarray)$/i;

/** The kinds that an expression may have; `unknown` when nothing tells. */
export function kindOf(model: SourceModel, expression: ts.Expression, depth = 0): readonly ArgumentKind[] {
  const node = skipOuter(expression);
  const next = (each: ts.Expression): readonly ArgumentKind[] => kindOf(model, each, depth + 1);
  if (depth > deepest) return ['unknown'];
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return ['text'];
  if (ts.isNumericLiteral(node)) return ['number'];
  if (node.kind === ts.SyntaxKind.NullKeyword || node.getText() === 'undefined') return ['empty'];
  if (ts.isObjectLiteralExpression(node)) return ['object'];
  if (ts.isAwaitExpression(node)) return next(node.expression);
  if (ts.isConditionalExpression(node)) return [...next(node.whenTrue), ...next(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return kindOfBinary(model, node, depth);
  if (ts.isNewExpression(node))
    return [
      /^URL$/.test(node.expression.getText())
        ? 'url'
        : node.expression.getText().endsWith('Array')
          ? 'bytes'
          : 'object',
    ];
  if (ts.isCallExpression(node)) return [kindOfCall(node)];
  return ts.isIdentifier(node) ? kindOfName(model, node, depth) : ['unknown'];
}

function kindOfBinary(model: SourceModel, node: ts.BinaryExpression, depth: number): readonly ArgumentKind[] {
  const sides = [node.left, node.right].flatMap((each) => kindOf(model, each, depth + 1));
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken) return sides;
  return kind === ts.SyntaxKind.PlusToken && sides.includes('text') ? ['text'] : ['unknown'];
}

function kindOfCall({ expression }: ts.CallExpression): ArgumentKind {
  const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
  if (/^(pathToFileURL)$/.test(name)) return 'url';
  if (/^(openSync)$/.test(name)) return 'number';
  if (byteMakers.test(name)) return 'bytes';
  return textMakers.test(name) ? 'text' : 'unknown';
}

function kindOfName(model: SourceModel, name: ts.Identifier, depth: number): readonly ArgumentKind[] {
  if (/^__(dir|file)name$/.test(name.text)) return ['text'];
  const declaration = symbolOf(model, name)?.valueDeclaration;
  if (declaration === undefined) return ['unknown'];
  const declared =
    ts.isParameter(declaration) || ts.isVariableDeclaration(declaration) ? declaration.type : undefined;
  const inDoc = ts.isParameter(declaration) ? ts.getJSDocType(declaration) : undefined;
  const type = declared ?? inDoc;
  if (type !== undefined)
    return kindOfType(type, ts.isParameter(declaration) && declaration.questionToken !== undefined);
  if (!ts.isVariableDeclaration(declaration)) return ['unknown'];
  const list = declaration.parent.parent;
  if (ts.isForOfStatement(list)) return kindOfElement(model, list.expression, depth);
  return declaration.initializer !== undefined && isConstant(model, declaration)
    ? kindOf(model, declaration.initializer, depth + 1)
    : ['unknown'];
}

/** What a loop over literals or over the names in a folder gives. */
function kindOfElement(model: SourceModel, list: ts.Expression, depth: number): readonly ArgumentKind[] {
  const node = skipOuter(list);
  if (ts.isArrayLiteralExpression(node))
    return node.elements.flatMap((each) => kindOf(model, each, depth + 1));
  const isNames =
    ts.isCallExpression(node) &&
    node.expression.getText().endsWith('readdirSync') &&
    node.arguments.length === 1;
  return isNames ? ['text'] : ['unknown'];
}

const typeKinds: readonly (readonly [RegExp, ArgumentKind])[] = [
  [/^string$/, 'text'],
  [/^(Buffer|Uint8Array|ArrayBuffer|DataView|NodeJS\.ArrayBufferView|\w*Array)(<.*>)?$/, 'bytes'],
  [/^number$/, 'number'],
  [/^URL$/, 'url'],
  [/^(null|undefined|void)$/, 'empty'],
];

function kindOfType(type: ts.TypeNode, isOptional: boolean): readonly ArgumentKind[] {
  const parts = ts.isUnionTypeNode(type) ? [...type.types] : [type];
  const kinds = parts.map(
    (part): ArgumentKind =>
      typeKinds.find(([pattern]) => pattern.test(part.getText().trim()))?.[1] ?? 'unknown',
  );
  return isOptional ? [...kinds, 'empty'] : kinds;
}
