/** A program in which a call is marked by `«`, and what is to become of it. */
export interface ContextProgram {
  readonly what: string;
  readonly text: string;
  /** What the fixed program has to hold. */
  readonly after: RegExp;
  /** A code that the fix has to assume; null for a proven fix. */
  readonly assumes: string | null;
  /** Versions of packages that the project depends on. */
  readonly dependencies?: Readonly<Record<string, string>>;
}

const files = "['a.txt', 'none.txt', 'b.txt']";

const inMain = (body: string): string =>
  `const fs = require('fs');\nasync function main() {\n${body}\n}\nmain().then(console.log, (error) => console.log(error.code));\n`;

/** A router like that of Express 4: it catches what a handler throws, and takes no notice of promises. */
const router = `const routes = {};
const app = { get(path, handler) { routes[path] = handler; } };
const call = (path, query) => new Promise((resolve) => {
  const response = { end: (text) => resolve('sent ' + text) };
  const next = (error) => resolve(error ? 'error ' + error.code : 'passed');
  try { routes[path]({ query }, response, next); } catch (error) { next(error); }
});
`;

const routed = (route: string): string =>
  `const fs = require('fs');\n${router}${route}\ncall('/', 'a.txt').then((a) => call('/', 'none.txt').then((b) => console.log(a, b)));\n`;

const express4 = { express: '4.21.2' };

/** One program for each place that a call can stand in. */
export const contextPrograms: readonly ContextProgram[] = [
  {
    what: 'filter of a list that has a name',
    text: inMain(`  const list = ${files};\n  return list.filter((f) => «fs.existsSync(f)).join();`),
    after: /\(await Promise\.all\(list\.map\(async \(f\) => await/,
    assumes: 'order-of-errors',
  },
  {
    what: 'filter with statements',
    text: inMain(
      `  const list = ${files};\n  return list.filter((f) => {\n    if (f === 'b.txt') return true;\n    return «fs.existsSync(f);\n  }).length;`,
    ),
    after: /flatMap\(\(isKept, index\) => \(isKept \? \[list\[index\]\] : \[\]\)\)\.length/,
    assumes: 'order-of-errors',
  },
  {
    what: 'filter of a list without a name',
    text: inMain(
      "  return fs.readdirSync('.').filter((f) => «fs.statSync(f).isDirectory()).map((f) => f.toUpperCase()).join();",
    ),
    after:
      /map\(async \(f\) => \[f, \(await .*\)\.isDirectory\(\)\]\)\)\)\.filter\(\(\[, isKept\]\) => isKept\)\.map\(\(\[f\]\) => f\)\.map/,
    assumes: 'order-of-errors',
  },
  {
    what: 'filter of a list without a name, with statements',
    text: inMain(
      "  return fs.readdirSync('.').filter(function (f) {\n    if (f === 'd') return false;\n    return «fs.existsSync(f);\n  }).join();",
    ),
    after: /return \[f, false\];\n {4}return \[f, await/,
    assumes: 'order-of-errors',
  },
  {
    what: 'a recursion through a callback that the call is in',
    text: `const fs = require('fs');\nasync function main() {\n  const found = [];\n  function walk(dir) {\n    fs.readdirSync(dir).forEach((f) => {\n      const stat = «fs.statSync(dir + '/' + f);\n      if (stat.isDirectory()) walk(dir + '/' + f);\n      else found.push(f);\n    });\n  }\n  walk('d');\n  return found.join();\n}\nmain().then(console.log);\n`,
    after: /for \(const f of fs\.readdirSync\(dir\)\) \{[^]*await walk\(dir/,
    assumes: 'state-across-wait',
  },
  {
    what: 'some',
    text: inMain(`  return ${files}.some((f) => «fs.existsSync(f)) + ' ' + [].some((f) => f);`),
    after: /\.some\(Boolean\)/,
    assumes: 'order-of-errors',
  },
  {
    what: 'every',
    text: inMain(`  if (!${files}.every((f) => «fs.existsSync(f))) return 'missing';\n  return 'all';`),
    after: /!\(await Promise\.all\(/,
    assumes: 'order-of-errors',
  },
  {
    what: 'find that finds',
    text: inMain(`  const list = ${files};\n  return list.find((f) => «fs.existsSync(f) && f !== 'a.txt');`),
    after: /list\[\(await Promise\.all\(list\.map\(/,
    assumes: 'order-of-errors',
  },
  {
    what: 'find that finds nothing',
    text: inMain(`  const list = ['x', 'y'];\n  return String(list.find((f) => «fs.existsSync(f)));`),
    after: /findIndex\(Boolean\)/,
    assumes: 'order-of-errors',
  },
  {
    what: 'findIndex',
    text: inMain(`  return ${files}.findIndex((f) => !«fs.existsSync(f));`),
    after: /findIndex\(Boolean\)/,
    assumes: 'order-of-errors',
  },
  {
    what: 'flatMap',
    text: inMain(`  return ${files}.flatMap((f) => («fs.existsSync(f) ? [f, f] : [])).join();`),
    after: /\)\)\.flat\(\)/,
    assumes: 'order-of-errors',
  },
  {
    what: 'Array.from',
    text: inMain(`  return Array.from(new Set(${files}), (f) => «fs.existsSync(f)).join();`),
    after: /\(await Promise\.all\(Array\.from\(/,
    assumes: 'order-of-errors',
  },
  {
    what: 'filter by a function that has a name',
    text: `const fs = require('fs');\nconst isThere = (f) => «fs.existsSync(f);\nasync function main() {\n  const list = ${files};\n  return list.filter(isThere).join();\n}\nmain().then(console.log);\n`,
    after: /list\.map\(isThere\)\)\)\.flatMap/,
    assumes: 'order-of-errors',
  },
  {
    what: 'reduce',
    text: inMain(
      `  return ${files}.reduce((sum, f) => {\n    if (f === 'none.txt') return sum;\n    return sum + «fs.statSync(f).size;\n  }, 0);`,
    ),
    after: /async \(pending, f\) => \{\n {4}const sum = await pending;/,
    assumes: 'order-of-callbacks',
  },
  {
    what: 'reduce that fails in the middle',
    text: inMain(`  return ${files}.reduce((sum, f) => { sum += «fs.statSync(f).size; return sum; }, 0);`),
    after: /let sum = await pending/,
    assumes: 'order-of-callbacks',
  },
  {
    what: 'forEach of an expression',
    text: inMain(
      `  ['x1', 'x2'].forEach((f) => «fs.writeFileSync(f, f));\n  return fs.readFileSync('x2', 'utf8');`,
    ),
    after: /for \(const f of \['x1', 'x2'\]\) await/,
    assumes: 'file-across-wait',
  },
  {
    what: 'forEach by a function that has a name',
    text: `const fs = require('fs');\nconst seen = {};\nfunction read(f) {\n  seen[f] = «fs.readFileSync(f, 'utf8');\n}\nasync function main(list) {\n  list.forEach(read);\n  return Object.keys(seen).join() + seen['b.txt'];\n}\nmain(['a.txt', 'b.txt']).then(console.log);\n`,
    after: /for \(const each of list\) await read\(each\);/,
    assumes: 'not-an-array',
  },
  {
    what: 'forEach of what the call gives',
    text: inMain(
      `  const found = [];\n  «fs.readdirSync('d').forEach((f) => { found.push(f); });\n  return found.sort().join();`,
    ),
    after: /\(await fs\.promises\.readdir\('d'\)\)\.forEach/,
    assumes: null,
  },
  {
    what: 'a recursion through forEach',
    text: `const fs = require('fs');\nasync function main() {\n  const found = [];\n  function walk(dir) {\n    «fs.readdirSync(dir).forEach(function (f) {\n      if (fs.statSync(dir + '/' + f).isDirectory()) walk(dir + '/' + f);\n      else found.push(f);\n    });\n  }\n  walk('d');\n  return found.join();\n}\nmain().then(console.log);\n`,
    after: /for \(const f of \(await fs\.promises\.readdir\(dir\)\)\) \{/,
    assumes: 'state-seen-early',
  },
  {
    what: 'a handler of Express 4',
    text: routed("app.get('/', (req, res) => { res.end(«fs.readFileSync(req.query, 'utf8')); });"),
    after: /async \(req, res, next\) => \{ try \{ .* \} catch \(error\) \{ next\(error\); \} \}/,
    assumes: 'callback-not-awaited',
    dependencies: express4,
  },
  {
    what: 'a handler of Express 4 in several lines, with a text of several lines',
    text: routed(
      "app.get('/', function (req, res, next) {\n  const text = `a\nb`;\n\n  if (text === 'a\\nb')\n    res.end(«fs.readFileSync(req.query, 'utf8')); // sends it\n});",
    ),
    after:
      /try \{\n {4}const text = `a\nb`;\n\n {4}if .*\n {6}res\.end.*\/\/ sends it\n {2}\} catch \(error\) \{\n {4}next\(error\);\n {2}\}\n\}\);/,
    assumes: 'callback-not-awaited',
    dependencies: express4,
  },
  {
    what: 'a handler of Express 4 without braces or parentheses',
    text: routed("app.get('/', (req, res) => res.end(«fs.readFileSync(req.query, 'utf8')));"),
    after: /async \(req, res, next\) => \{ try \{ res\.end\(.*\); \} catch \(error\) \{ next\(error\); \} \}/,
    assumes: 'callback-not-awaited',
    dependencies: express4,
  },
  {
    what: 'a named handler of Express 4',
    text: routed(
      "function show(req, res, done) {\n  'use strict';\n  res.end(«fs.readFileSync(req.query, 'utf8'));\n}\napp.get('/', show);",
    ),
    after: /'use strict';\n {2}try \{[^]*done\(error\);/,
    assumes: 'callback-not-awaited',
    dependencies: express4,
  },
  {
    what: 'a handler that a factory makes',
    text: routed(
      "function serve(root) {\n  return function (req, res, next) {\n    res.end(root + «fs.readFileSync(req.query, 'utf8'));\n  };\n}\napp.get('/', serve('>'));",
    ),
    after: /return async function \(req, res, next\) \{\n {4}try \{/,
    assumes: 'function-handed-on',
    dependencies: express4,
  },
  {
    what: 'the executor of a promise',
    text: `const fs = require('fs');\nconst load = (f) => new Promise((resolve, reject) => {\n  const text = «fs.readFileSync(f, 'utf8');\n  if (text === '') reject(new Error('empty'));\n  resolve(text);\n});\nload('a.txt').then((a) => load('none.txt').catch((error) => console.log(a, error.code)));\n`,
    after: /new Promise\(async \(resolve, reject\) => \{\n {2}try \{[^]*reject\(error\);/,
    assumes: 'order-of-callbacks',
  },
  {
    what: 'the executor of a promise with one parameter',
    text: `const fs = require('fs');\nconst load = (f) => new Promise(resolve => resolve(«fs.readFileSync(f, 'utf8')));\nload('a.txt').then((a) => load('none.txt').catch((error) => console.log(a, error.code)));\n`,
    after:
      /new Promise\(async \(resolve, reject\) => \{ try \{ resolve\(.*\); \} catch \(error\) \{ reject\(error\); \} \}\)/,
    assumes: 'order-of-callbacks',
  },
  {
    what: 'a function in a var',
    text: `const fs = require('fs');\nvar load = function (f) { return «fs.readFileSync(f, 'utf8'); };\nasync function main() { return load('a.txt') + load('b.txt'); }\nmain().then(console.log);\n`,
    after: /var load = async function[^]*await load\('a.txt'\)\) \+ \(await load/,
    assumes: null,
  },
  {
    what: 'a member of exports that the package passes on',
    text: `const fs = require('fs');\nexports.load = function (f) { return «fs.readFileSync(f, 'utf8'); };\nasync function main() { return exports.load('a.txt'); }\nmain().then(console.log);\n`,
    after: /exports\.load = async function[^]*await exports\.load/,
    assumes: 'caller-not-seen',
  },
  {
    what: 'a method of a prototype',
    text: `const fs = require('fs');\nfunction Conf(p) { this.p = p; }\nConf.prototype.load = function () { return «fs.readFileSync(this.p, 'utf8'); };\nasync function main() { const c = new Conf('a.txt'); return c.load().length + ' ' + c.load(); }\nmain().then(console.log);\n`,
    after: /prototype\.load = async function/,
    assumes: 'function-handed-on',
  },
  {
    what: 'a method of an object that nothing is known of',
    text: `const fs = require('fs');\nclass Store { read(f) { return «fs.readFileSync(f, 'utf8'); } }\nasync function main(store) { return store.read('a.txt'); }\nmain(new Store()).then(console.log);\n`,
    after: /async read\(f\)[^]*await store\.read/,
    assumes: 'caller-not-seen',
  },
  {
    what: 'a method of a class that extends another one',
    text: `const fs = require('fs');\nclass Base { read() { return 'base'; } }\nclass Store extends Base { read(f) { return «fs.readFileSync(f, 'utf8') + super.read(); } }\nasync function main() { return new Store().read('a.txt'); }\nmain().then(console.log);\n`,
    after: /async read\(f\)[^]*await new Store\(\)\.read/,
    assumes: 'override-not-seen',
  },
  {
    what: 'a file that is read and written',
    text: inMain(
      "  const n = JSON.parse(«fs.readFileSync('n.json', 'utf8'));\n  fs.writeFileSync('n.json', JSON.stringify(n + 1));\n  return fs.readFileSync('n.json', 'utf8');",
    ),
    after: /await fs\.promises\.readFile/,
    assumes: 'file-across-wait',
  },
  {
    what: 'something that is made unless it is there',
    text: inMain("  if (!«fs.existsSync('made')) fs.mkdirSync('made');\n  return fs.existsSync('made');"),
    after: /if \(!\(await /,
    assumes: 'file-across-wait',
  },
];
