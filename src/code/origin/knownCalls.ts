import ts from 'typescript';
import { skipOuter } from '../bindings.ts';

/** Modules of Node whose functions give objects of the caller's own, numbers or texts. */
const nodeModules =
  /^(node:.*|fs|fs\/promises|path|url|util|crypto|zlib|os|querystring|assert|buffer|string_decoder|child_process|timers|timers\/promises|stream|events|http|https|net|worker_threads|perf_hooks)$/;

/** Packages that keep no state behind their functions. */
const statelessPackages =
  /^(lodash|lodash-es|ramda|date-fns|uuid|nanoid|semver|mime|mime-types|marked|escape-html|he|ms|bytes|qs|zod|joi|ajv)$/;

/** Whether a module keeps no state that calls of its functions share. */
export const isStateless = (specifier: string): boolean =>
  nodeModules.test(specifier) || statelessPackages.test(specifier);

/** The module that a declaration imports from or requires, or null. */
export function moduleOf(declaration: ts.Declaration): string | null {
  const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
  return statement === undefined
    ? requireOf(declaration)
    : statement.moduleSpecifier.getText().replaceAll(/^['"]|['"]$/g, '');
}

/** The module that a declaration requires, or null. */
export function requireOf(declaration: ts.Declaration): string | null {
  const variable = ts.findAncestor(declaration, ts.isVariableDeclaration);
  const text = variable?.initializer?.getText() ?? '';
  return /^\(*(?:await )?(?:require|import)\(['"]([^'"]+)['"]\)/.exec(text)?.[1] ?? null;
}

/** Whether a declaration names a module of Node, or something of it. */
export function isOfNode(declaration: ts.Declaration): boolean {
  const specifier = moduleOf(declaration);
  return specifier !== null && nodeModules.test(specifier);
}

const pureFunctions =
  /^((JSON|Math|Number|String|BigInt|Date|Symbol|Intl|Atomics|RegExp|performance|console|URL)\.\w+|Buffer\.(?!from$)\w+|(globalThis\.)?(structuredClone|Number|String|Boolean|BigInt|Symbol|Date|parseInt|parseFloat|isNaN|isFinite|encodeURI\w*|decodeURI\w*|escape|unescape|atob|btoa|require|fetch|setTimeout|setInterval|setImmediate)|Object\.(keys|is|hasOwn|isFrozen|getOwnPropertyNames)|Array\.isArray|Reflect\.(ownKeys|has))$/;

/** Methods of texts, numbers, dates, buffers and collections that give no part of what they are called on. */
const pureMethods =
  /^(split|trim|trimStart|trimEnd|join|toString|toLocaleString|toJSON|toISOString|toFixed|replace|replaceAll|match|matchAll|search|includes|indexOf|lastIndexOf|findIndex|findLastIndex|some|every|has|startsWith|endsWith|charAt|charCodeAt|codePointAt|padStart|padEnd|repeat|substring|substr|to(Lower|Upper)Case|normalize|localeCompare|test|exec|digest|equals|compare|push|unshift|delete|hasOwnProperty|isPrototypeOf|valueOf|read(Big)?(U?Int|Float|Double)\w*|get(UTC)?(Date|Day|FullYear|Hours|Milliseconds|Minutes|Month|Seconds|Time|TimezoneOffset|Year)|get(Big)?(Ui|I)nt\d+|getFloat\d+)$/;

/** Whether a call gives something that nobody else holds: numbers, texts, copies in depth. */
export function givesOwn(call: ts.CallExpression): boolean {
  const callee = skipOuter(call.expression);
  if (pureFunctions.test(callee.getText())) return true;
  return ts.isPropertyAccessExpression(callee) && pureMethods.test(callee.name.text);
}

const stringMethods =
  /^(split|trim|trimStart|trimEnd|replace|replaceAll|match|matchAll|search|startsWith|endsWith|charAt|charCodeAt|codePointAt|padStart|padEnd|repeat|substring|substr|to(Lower|Upper)Case|normalize|localeCompare|toFixed)$/;

/** Whether only texts and numbers, which nobody changes, have a method of this name. */
export const isStringMethod = (name: string): boolean => stringMethods.test(name);

/** Classes whose objects are another view on the memory that they are given. */
export const views = /^(DataView|(Big)?(Ui|I)nt\d+(Clamped)?Array|Uint8ClampedArray|Float\d+Array)$/;

/** Methods that answer with something that the object holds. */
export const givesParts =
  /^(get|find|findLast|at|pop|shift|peek|deref|getStore|take|next|first|last|head|tail|item|nth|current|reduce|reduceRight|(get|find|lookup|peek|current)[A-Z]\w*|lookup|getOr\w+)$/;

/** Methods that answer with a new collection of the same elements. */
export const copiesParts =
  /^(slice|concat|filter|toSorted|toReversed|toSpliced|with|flat|keys|values|entries|splice)$/;

/** Methods that give their callback the elements of what they are called on. */
export const givesElements =
  /^(map|forEach|filter|reduce|reduceRight|some|every|flatMap|find|findIndex|findLast|findLastIndex|sort|toSorted|each|update)$/;

/** Methods that answer with the object itself. */
export const givesItself = /^(sort|reverse|fill|copyWithin|set|add|on|once|off|use|valueOf)$/;

/** Classes whose objects hold nothing that they were given, but copies. */
export const copyingClasses =
  /^(Date|RegExp|URL|URLSearchParams|Text(En|De)coder|Intl\.\w+|\w*Error|Promise|AbortController|FinalizationRegistry)$/;
