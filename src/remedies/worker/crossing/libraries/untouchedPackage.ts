import ts from 'typescript';
import { bareModule } from '../../../../code/catalog/catalog.ts';
import { isImport, ownExportName } from '../../../../code/modules/importedName.ts';
import type { ProjectSources } from '../../../../code/modules/projectSources.ts';
import { isForeignPackage } from '../../../../code/references/foreignPackage.ts';
import { modelSource, referencesTo } from '../../../../code/sourceModel.ts';
import type { SourceModel } from '../../../../code/sourceModel.ts';

/** Functions of libraries that answer from what they are given, by the first word of their names. */
const computes =
  /^(parse|stringify|compile|render|format|encode|decode|hash|compare|sign|verify|serialize|deserialize|convert|transform|minify|compress|decompress|deflate|inflate|gzip|gunzip|zip|unzip|read|load|dump|sanitize|highlight|diff|tokenize|validate|escape|unescape|safeLoad|safeDump|safeParse)(Sync|[A-Z_]\w*)?$/;

/** Packages that replace functions of others while they are loaded. */
const patching =
  /^(@opentelemetry\/|@sentry\/|dd-trace|newrelic|elastic-apm-node|require-in-the-middle|import-in-the-middle|proxyquire|mock-require|rewire|sinon)/;

/** Answers for a project whose texts stay the same. */
const known = new WeakMap<ProjectSources, Map<string, boolean>>();

/**
 * Whether nothing in the project sets a package up or replaces parts of it: it is installed from elsewhere, and all that
 * any file does with it is to compute something. False where that cannot be told.
 */
export function isUntouched(project: ProjectSources, specifier: string): boolean {
  const answers = known.get(project) ?? new Map<string, boolean>();
  known.set(project, answers);
  const name = packageOf(specifier);
  const answer = answers.get(name) ?? (isInstalled(project, name) && isOnlyUsed(project, name));
  answers.set(name, answer);
  return answer;
}

const packageOf = (specifier: string): string =>
  bareModule(specifier)
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** A package of a registry, without another one that extends it (`moment-timezone`) or patches what is loaded. */
function isInstalled(project: ProjectSources, name: string): boolean {
  const others = Object.keys(project.dependencies).filter(
    (each) => each !== name && !each.startsWith('@types/'),
  );
  const own = name.replace(/^@[^/]+\//, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const part = new RegExp(`(^|[-/@.])${own}([-/.]|$)`);
  const isExtended = others.some((each) => part.test(each) || patching.test(each));
  return isForeignPackage(name, project) && !isExtended;
}

function isOnlyUsed(project: ProjectSources, name: string): boolean {
  const files = project.files?.() ?? null;
  const sources = files?.flatMap((path) => project.read(path) ?? []) ?? null;
  const isMissing = files?.length !== sources?.length;
  if (sources === null || isMissing) return false;
  const isText = (project.otherTexts?.() ?? []).some(({ text }) => mentions(text, name));
  return (
    !isText && sources.every((each) => !mentions(each.text, name) || isOnlyUsedIn(modelSource(each), name))
  );
}

const mentions = (text: string, name: string): boolean =>
  ["'", '"', '`'].some(
    (quote) => text.includes(`${quote}${name}${quote}`) || text.includes(`${quote}${name}/`),
  );

/** Whether each place of a file that names the package imports names that are only called for their answers. */
function isOnlyUsedIn(model: SourceModel, name: string): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isStringLiteralLike(node) && packageOf(node.text) === name) return isPlainImport(model, node);
    return ts.forEachChild(node, (child) => (visit(child) ? undefined : true)) === undefined;
  };
  return visit(model.file);
}

function isPlainImport(model: SourceModel, specifier: ts.StringLiteralLike): boolean {
  const { parent } = specifier;
  const names = ts.isImportDeclaration(parent)
    ? namesOfClause(parent.importClause)
    : ts.isCallExpression(parent) && ts.isVariableDeclaration(parent.parent)
      ? namesOfVariable(parent.parent)
      : null;
  return names?.every((each) => isOnlyCalled(model, each)) ?? false;
}

/** Null for an import that only loads the module, which it may do to set something up. */
function namesOfClause(clause: ts.ImportClause | undefined): readonly ts.Identifier[] | null {
  if (clause === undefined) return null;
  if (clause.isTypeOnly) return [];
  const bindings = clause.namedBindings;
  const inner =
    bindings === undefined
      ? []
      : ts.isNamespaceImport(bindings)
        ? [bindings.name]
        : bindings.elements.filter((each) => !each.isTypeOnly).map((each) => each.name);
  return clause.name === undefined ? inner : [clause.name, ...inner];
}

/** `const { parse } = require('csv-parse/sync')` at the top level. */
function namesOfVariable(variable: ts.VariableDeclaration): readonly ts.Identifier[] | null {
  const { name } = variable;
  if (ts.isIdentifier(name)) return isImport(variable) ? [name] : null;
  if (!ts.isObjectBindingPattern(name) || !name.elements.every(isImport)) return null;
  return name.elements.flatMap((each) => (ts.isIdentifier(each.name) ? [each.name] : []));
}

function isOnlyCalled(model: SourceModel, name: ts.Identifier): boolean {
  const symbol = model.checker.getSymbolAtLocation(name);
  const [declaration] = symbol?.declarations ?? [];
  if (symbol === undefined || declaration === undefined || isPassedOn(model, name.text)) return false;
  const exported = ownExportName(declaration) ?? name.text;
  return referencesTo(model, symbol).every((use) => isComputing(use, exported));
}

/** `export { parse }`. */
const isPassedOn = ({ file }: SourceModel, name: string): boolean =>
  file.statements.some(
    (each) =>
      ts.isExportDeclaration(each) &&
      each.exportClause !== undefined &&
      ts.isNamedExports(each.exportClause) &&
      each.exportClause.elements.some((one) => (one.propertyName ?? one.name).text === name),
  );

/** The answer of a function that computes is used: `parse(text)`, `yaml.load(text)`. */
function isComputing(use: ts.Identifier, exported: string): boolean {
  if (ts.findAncestor(use, (each) => ts.isTypeNode(each)) !== undefined) return true;
  const { parent } = use;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.expression === use;
  const callee = isMember ? parent : use;
  const call = callee.parent;
  return (
    ts.isCallExpression(call) &&
    call.expression === callee &&
    call.arguments.length > 0 &&
    !ts.isExpressionStatement(call.parent) &&
    computes.test(isMember ? parent.name.text : exported)
  );
}
