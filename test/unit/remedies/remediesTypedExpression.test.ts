import { describe, expect, it } from 'vitest';
import { extract, type Files } from './extractSupport.ts';

const parse = { '/p/parse.ts': 'export const parse = (line: string): number => Number(line);\n' };
const imported = "import { parse } from './parse.js';\n";

/** The worker module that an expression gets, or the code of the refusal. */
function workerOf(text: string, others: Files = parse): string {
  const after = extract(text, others, 'app.ts');
  return typeof after === 'string' ? after : (after['/p/app.worker.ts'] ?? 'none');
}

describe('an expression of TypeScript becomes a task with typed parameters', () => {
  it.each([
    [
      'a parameter',
      'export async function f(lines: string[]) { return «lines.map(parse); }',
      'lines: string[]',
    ],
    [
      'a read-only list',
      'export async function f(lines: readonly string[]) { return «lines.map(parse); }',
      'lines: readonly string[]',
    ],
    [
      'a variable with a type',
      'export async function f() { const lines: Array<string> = await g(); return «lines.map(parse); }\ndeclare function g(): Promise<string[]>;',
      'lines: Array<string>',
    ],
    [
      'the parts of a text',
      "export async function f(text: string) { const lines = text.trim().split('\\n'); return «lines.map(parse); }",
      'lines: string[]',
    ],
    [
      'a property of a typed object',
      'export async function f(order: { lines: string[] }) { return «order.lines.map(parse); }',
      'lines: string[]',
    ],
    [
      'a property of an interface',
      'interface Order { readonly lines: string[] }\nexport async function f(order: Order) { return «order.lines.map(parse); }',
      'lines: string[]',
    ],
  ])('%s', (_, text, parameter) => {
    const worker = workerOf(`${imported}${text}\n`);
    expect(worker).toContain(`(${parameter}) => lines.map(parse)`);
    // The function of the other file is imported there, in the way in which the project imports.
    expect(worker).toContain(imported);
  });

  it.each([
    ['nothing is known of it', 'export async function f(lines: any) { return «lines.map(parse); }'],
    [
      'its type is another file’s',
      "import type { Lines } from './lines.js';\nexport async function f(lines: Lines) { return «lines.map(parse); }",
    ],
    [
      'it is inferred',
      'declare const g: () => string[];\nexport async function f() { const lines = g(); return «lines.map(parse); }',
    ],
    ['it may be missing', 'export async function f(lines?: string[]) { return «lines!.map(parse); }'],
  ])('but not where %s', (_, text) => {
    expect(workerOf(`${imported}${text}\n`)).toBe('function-not-importable');
  });
});
