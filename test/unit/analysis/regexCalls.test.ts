import { describe, expect, it } from 'vitest';
import { patternRisk } from '../../../src/code/patternRisk.ts';
import type { LiveStack } from '../../../src/recording/recording.ts';
import { micros } from '../../../src/base/units.ts';
import { analyse, inWork, native } from './callSitesSupport.ts';

const shows = (pattern: string): { RegExp: { functionName: string; url: string; scriptId: string } } => ({
  RegExp: { url: '', scriptId: '0', ...native, functionName: `RegExp: ${pattern}` },
});

/** The text at the call site of the heaviest finding. */
function blamed(text: string, pattern: string): string {
  const [finding] = analyse(inWork(text, 'RegExp', shows(pattern))).findings;
  const site = finding?.callSite;
  if (site?.precision !== 'call') return `${String(site?.precision)} ${String(site?.line)}`;
  const lines = text.split('\n').slice(site.line - 1, site.endLine);
  const last = lines.length - 1;
  return lines
    .map((line, index) =>
      line.slice(index === 0 ? site.column - 1 : 0, index === last ? site.endColumn - 1 : undefined).trim(),
    )
    .join('');
}

const body = (expression: string, before = ''): string =>
  `${before}\nfunction work() {\n  return ${expression};\n}`;

describe('of several calls with one name the one whose pattern the stack shows', () => {
  const chain = "text.replace(/[^a-z\\s]/g, '').replace(/\\s+$/, '').replace(/\\s/g, '-')";

  it.each([
    ['the first', '[^a-z\\s]', "text.replace(/[^a-z\\s]/g, '')"],
    ['the second', '\\s+$', "text.replace(/[^a-z\\s]/g, '').replace(/\\s+$/, '')"],
    ['the third', '\\s', chain],
  ])('is %s of a chain', (_what, pattern, call) => {
    expect(blamed(body(chain), pattern)).toBe(call);
  });

  it.each([
    ['match', 'a.match(/x+y/) ?? a.match(/(b+)+$/)', '(b+)+$', 'a.match(/(b+)+$/)'],
    ['split', 'a.split(/,/).concat(b.split(/\\s*;/))', '\\s*;', 'b.split(/\\s*;/)'],
    ['test', '/x/i.test(a) || /(b+)+$/i.test(a)', '(b+)+$', '/(b+)+$/i.test(a)'],
    ['exec', '[/x/.exec(a), /y+z/.exec(a)]', 'y+z', '/y+z/.exec(a)'],
    ['search', 'a.search(/x/) + a.search(/y+z/)', 'y+z', 'a.search(/y+z/)'],
    [
      'replaceAll',
      "a.replaceAll(/x/g, '').replaceAll(/y+z/g, '')",
      'y+z',
      "a.replaceAll(/x/g, '').replaceAll(/y+z/g, '')",
    ],
  ])('is found for %s', (_name, expression, pattern, call) => {
    expect(blamed(body(expression), pattern)).toBe(call);
  });

  it.each([
    ['a constant', 'const SLOW = /(b+)+$/i;', 'SLOW'],
    ['a constant made of a text', "const SLOW = new RegExp('(b+)+$', 'i');", 'SLOW'],
    ['a property', 'const patterns = { slow: /(b+)+$/i };', 'patterns.slow'],
    ['a static field', 'class Patterns { static slow = /(b+)+$/i; }', 'Patterns.slow'],
    ['a constant of another file', "import { SLOW } from './patterns.js';", 'SLOW'],
  ])('is found where the pattern is %s', (_what, before, name) => {
    const expression = `text.replace(/x/, '').replace(${name}, '')`;
    expect(blamed(body(expression, before), '(b+)+$')).toBe(expression);
  });

  it('is found in a chain over several lines', () => {
    const expression = "text\n    .replace(/x/, '')\n    .replace(/\\s+$/, '')";
    expect(blamed(body(expression), '\\s+$')).toBe("text.replace(/x/, '').replace(/\\s+$/, '')");
  });

  it('is found by live stacks where samples show no pattern', () => {
    const text = body(chain);
    const column = text.split('\n')[2]?.indexOf('replace(/\\s+') ?? 0;
    const live: LiveStack = {
      at: micros(1_050_000),
      since: micros(1_000_000),
      frames: [{ functionName: 'work', url: '/app/app.js', lineNumber: 2, columnNumber: column }],
    };
    const drawn = { ...inWork(text, 'RegExp', shows('never written')), live: [live] };
    expect(analyse(drawn).findings[0]?.callSite).toMatchObject({
      precision: 'call',
      column: 10,
      endColumn: 59,
    });
  });
});

it.each([
  ['\\s+$', 'quadratic'],
  ['^\\s+|\\s+$', 'quadratic'],
  ['[ab]+c', 'quadratic'],
  ['(a+)+$', 'exponential'],
  ['^(\\w+\\s?)*$', 'exponential'],
  ['^\\s+$', undefined],
  ['[^a-z0-9\\s]', undefined],
  ['(?<year>\\d+)-(?<month>\\d+)', undefined],
])('the pattern %s is %s', (pattern, kind) => {
  expect(patternRisk(pattern)?.kind).toBe(kind);
});
