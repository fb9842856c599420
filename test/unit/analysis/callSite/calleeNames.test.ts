import { describe, expect, it } from 'vitest';
import { writtenCallee } from '../../../../src/analysis/callSite/writtenCallee.ts';
import { inWork, siteOf } from '../callSitesSupport.ts';

/** A function of a package, made where it has a name that says nothing. */
const inPackage = {
  url: 'file:///app/node_modules/lib/dist/index.js',
  lineNumber: 7,
  columnNumber: 20,
};
/** What is entered as `ret`, from a function with these lines. */
const enteredAsRet = (...lines: readonly string[]): string =>
  siteOf(inWork(lines.join('\n'), 'ret', { ret: inPackage }));

describe('a call of foreign code whose own name the source does not show', () => {
  it('goes by the only import that its function calls', () => {
    const named = enteredAsRet(
      "import { compile } from './wrapped.js';",
      'function work(text, reply) {',
      '  const page = compile(text);',
      '  reply.end(page);',
      '}',
    );
    expect(named).toBe('cpu compile 2:10 function');
  });

  it('keeps its own name where several imports are called, or where that name is in the source', () => {
    const several = enteredAsRet(
      "import { compile, load } from './wrapped.js';",
      'function work(name) {',
      '  return compile(load(name));',
      '}',
    );
    expect(several).toMatch(/^cpu ret /);
    const there = enteredAsRet(
      "import { compile } from './wrapped.js';",
      'function work(text, ret) {',
      '  return text.map((each) => ret(each)).concat(compile(text));',
      '}',
    );
    expect(there).toMatch(/ ret /);
  });
});

describe('the callee as the source has it', () => {
  const on = (line: string, callee: string, precision: 'call' | 'line' | 'function' = 'line', column = 0) =>
    writtenCallee(
      { callee, precision, range: { start: { line: 0, column }, end: { line: 0, column: line.length } } },
      line,
    );

  it.each([
    ['  const key = await service.derive(secret);', 'ret', 'service.derive'],
    ['  if (cache.has(key)) return;', 'callDefault', 'cache.has'],
    ['  return parse<Row>(text);', 'ret', 'parse'],
    // Two calls: nothing says which.
    ['  return render(load(name));', 'ret', 'ret'],
    ['  return JSON.parse(text);', 'parse', 'parse'],
    ['  return total + 1;', 'ret', 'ret'],
  ])('on the line %j, for what V8 calls %s, is %s', (line, callee, written) => {
    expect(on(line, callee)).toBe(written);
  });

  it('is the receiver, too, where the call is known', () => {
    expect(on('  return JSON.parse(text);', 'parse', 'call', 9)).toBe('JSON.parse');
    expect(on('  return JSON.parse(text);', 'other', 'call', 9)).toBe('other');
    expect(on('function work() {', 'ret', 'function')).toBe('ret');
  });
});
