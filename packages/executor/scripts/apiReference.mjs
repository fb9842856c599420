// Writes docs/reference.md from the docstrings: every export of every entry, with its signature and its members.
// `--check` compares instead, and exits with 1 when the file is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = fileURLToPath(new URL('../docs/reference.md', import.meta.url));
const entries = [
  ['@offloop/executor', 'src/index.ts'],
  ['@offloop/executor/stats', 'src/stats.ts'],
  ['@offloop/executor/piscina', 'src/piscina.ts'],
];

const program = ts.createProgram(
  entries.map(([, file]) => root + file),
  {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
  },
);
const checker = program.getTypeChecker();
const undocumented = [];

const resolve = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

/** The sentences above a declaration; `{@link x}` becomes `x`. */
function documentation(symbol) {
  return ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .replace(/\{@link (\S+?)\}/g, '`$1`')
    .replace(/\n/g, ' ')
    .trim();
}

function throwsOf(symbol) {
  return symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'throws')
    .map(({ text }) => `Throws: ${ts.displayPartsToString(text).replace(/\n/g, ' ')}`);
}

function isHidden(declaration) {
  const flags = ts.getCombinedModifierFlags(declaration);
  const name = declaration.name;
  return (
    (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0 ||
    (name !== undefined && ts.isPrivateIdentifier(name)) ||
    (ts.isConstructorDeclaration(declaration) && (flags & ts.ModifierFlags.Protected) !== 0)
  );
}

const printer = ts.createPrinter({ removeComments: true });

/** A declaration as text, without its body, its initializer and `export`. */
function signature(declaration) {
  const source = declaration.getSourceFile();
  const start = declaration.getStart(source);
  const body =
    declaration.body ?? (ts.isPropertyDeclaration(declaration) ? declaration.initializer : undefined);
  const text = source.text
    .slice(start, body === undefined ? declaration.end : body.getFullStart())
    .replace(/^export /, '')
    .replace(/\s*=?\s*$/, '')
    .replace(/;$/, '');
  return text.replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/,? \)/g, ')');
}

function members(declaration) {
  const lines = [];
  for (const member of declaration.members ?? []) {
    if (isHidden(member) || ts.isIndexSignatureDeclaration(member)) continue;
    // The name of an error class says what its heading says.
    if (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Override) continue;
    const symbol =
      member.name === undefined ? member.symbol : (checker.getSymbolAtLocation(member.name) ?? member.symbol);
    const text = symbol === undefined ? '' : documentation(symbol);
    if (
      ts.isCallSignatureDeclaration(member) ||
      (ts.isConstructorDeclaration(member) && text === '' && member.parameters.length === 0)
    )
      continue;
    const raised = symbol === undefined ? [] : throwsOf(symbol);
    lines.push(
      `- \`${signature(member)}\`${text === '' ? '' : `: ${text}`}${raised.length > 0 ? ` ${raised.join(' ')}` : ''}`,
    );
  }
  return lines;
}

function head(declaration) {
  if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) {
    const kind = ts.isClassDeclaration(declaration) ? 'class' : 'interface';
    const parameters = declaration.typeParameters?.map((p) => p.getText()).join(', ');
    const heritage = (declaration.heritageClauses ?? []).map((clause) => clause.getText()).join(' ');
    return `${kind} ${declaration.name.text}${parameters ? `<${parameters}>` : ''}${heritage ? ` ${heritage}` : ''}`.replace(
      /\s+/g,
      ' ',
    );
  }
  if (ts.isVariableDeclaration(declaration))
    return `const ${declaration.name.getText()}: ${declaration.type?.getText() ?? 'unknown'}`;
  if (ts.isTypeAliasDeclaration(declaration))
    return printer
      .printNode(ts.EmitHint.Unspecified, declaration, declaration.getSourceFile())
      .replace(/^export /, '')
      .replace(/;$/, '');
  return signature(declaration);
}

function callSignatures(declaration) {
  if (!ts.isInterfaceDeclaration(declaration)) return [];
  return declaration.members.filter(ts.isCallSignatureDeclaration).map(signature);
}

function section(name, symbol) {
  const declarations = symbol.declarations ?? [];
  const [declaration] = declarations;
  const text = documentation(symbol);
  if (text === '') undocumented.push(name);
  const overloads = declarations.filter((each) => ts.isFunctionDeclaration(each) && each.body === undefined);
  const code = (overloads.length > 0 ? overloads : [declaration])
    .map(head)
    .concat(callSignatures(declaration));
  return [
    `### ${name}`,
    '',
    '```ts',
    ...code,
    '```',
    '',
    ...(text === '' ? [] : [text, '']),
    ...throwsOf(symbol).flatMap((line) => [line, '']),
    ...inherited(declaration),
    ...members(declaration),
    '',
  ];
}

// The pools' members are those of a class that is not exported.
function inherited(declaration) {
  if (!ts.isClassDeclaration(declaration)) return [];
  const base = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    ?.types[0];
  if (base?.expression.getText() !== 'PoolExecutor') return [];
  const symbol = resolve(checker.getSymbolAtLocation(base.expression));
  return members(symbol.declarations[0]);
}

function entry([specifier, file]) {
  const source = program.getSourceFile(root + file);
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  const sections = symbols
    .map((symbol) => [symbol.name, resolve(symbol)])
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([name, symbol]) => section(name, symbol));
  return [`## ${specifier}`, '', ...sections];
}

const text = [
  '# API reference',
  '',
  'Made from the docstrings by `npm run api -w packages/executor`; edit those. What each call promises is in [api.md](api.md).',
  '',
  ...entries.flatMap(entry),
].join('\n');
if (undocumented.length > 0) throw new Error(`Exports without a docstring: ${undocumented.join(', ')}`);
const formatted = await prettier.format(text, {
  ...(await prettier.resolveConfig(target)),
  filepath: target,
});
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== formatted) {
    console.error(`${relative(process.cwd(), target)} is stale: npm run api -w packages/executor`);
    process.exitCode = 1;
  }
} else writeFileSync(target, formatted);
