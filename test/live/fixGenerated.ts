/** A source of numbers that gives the same ones for the same seed. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * Writes programs in which a blocking call is reached in every position that an expression can have, with a trace of
 * what happens in which order. The same seed gives the same program.
 */
export class ProgramWriter {
  readonly #next: (below: number) => number;
  /** Functions that reach the blocking call and give a number. */
  readonly #callable = ['leaf'];
  readonly #withMap: boolean;
  #names = 0;

  constructor(seed: number) {
    this.#next = numbersFrom(seed * 7919 + 17);
    this.#withMap = seed % 5 === 0;
  }

  /** A module that exports `main(n)`, which resolves with a value, and `trace`. */
  write(): string {
    const functions = Array.from({ length: 2 + this.#next(4) }, () => this.#function());
    return `import fs from 'node:fs';
export const trace = [];
class Failure extends Error {}
const note = (value) => {
  if (trace.length > 300) throw new Failure('enough');
  trace.push(value);
  return value;
};
function leaf(n) {
  note('leaf ' + n);
  if (n > 6) throw new Failure('too large: ' + n);
  return fs.readFileSync(import.meta.filename, 'utf8').length > 0 ? n + 1 : 0;
}
${functions.join('\n')}
export async function main(n) {
  try {
    return ${this.#callable.at(-1) ?? 'leaf'}(n);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.message;
  } finally {
    note('end');
  }
}
`;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#next(list.length)] as T;
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${String(this.#names)}`;
  }

  #function(): string {
    const name = this.#name('f');
    const body = Array.from({ length: 1 + this.#next(4) }, () => this.#statement('n')).join('\n');
    const end = `return total + ${this.#expression('n', 2)};`;
    const inner = `  let total = 0;\n${body}\n  ${end}`;
    const text = this.#pick([
      `function ${name}(n) {\n${inner}\n}`,
      `const ${name} = (n) => {\n${inner}\n};`,
      `const ${name} = function (n) {\n${inner}\n};`,
      `const ${name} = (n) => ${this.#expression('n', 3)};`,
      `class C${name} {\n  #step = 1;\n  run(n) {\n${inner.replaceAll('return total +', 'return total + this.#step +')}\n  }\n}\nconst ${name} = (n) => new C${name}().run(n);`,
      `const o${name} = { run(n) {\n${inner}\n} };\nfunction ${name}(n) { return o${name}.run(n); }`,
    ]);
    this.#callable.push(name);
    return text;
  }

  /** A call that reaches the leaf. */
  #call(n: string, depth: number): string {
    return `${this.#pick(this.#callable)}(${this.#argument(n, depth - 1)})`;
  }

  #argument(n: string, depth: number): string {
    return this.#pick([n, `${n} - 1`, String(this.#next(5)), depth > 0 ? this.#expression(n, depth) : n]);
  }

  #noted(): string {
    return `note(${String(this.#next(9))})`;
  }

  #expression(n: string, depth: number): string {
    if (depth <= 0) return this.#pick([n, this.#noted(), String(this.#next(9))]);
    const sub = (): string => this.#expression(n, depth - 1);
    return this.#pick([
      () => this.#call(n, depth),
      () => `(${sub()} + ${this.#call(n, depth)})`,
      () => `${this.#call(n, depth)} * 2`,
      () => `-${this.#call(n, depth)}`,
      () => `(${this.#call(n, depth)} > ${sub()} ? ${sub()} : ${this.#call(n, depth)})`,
      () => `(${this.#noted()} && ${this.#call(n, depth)})`,
      () => `(${this.#call(n, depth)} || ${sub()})`,
      () => `[${sub()}, ${this.#call(n, depth)}, ${this.#noted()}].length`,
      () => `({ a: ${this.#noted()}, b: ${this.#call(n, depth)} }).b`,
      () => `Math.max(${this.#noted()}, ${this.#call(n, depth)}, ...[${sub()}])`,
      () => `\`\${${this.#call(n, depth)}}x\${${sub()}}\`.length`,
      () => `String(${this.#call(n, depth)}).length`,
      () => `${this.#call(n, depth)}.toFixed(1).length`,
      // The order of the callbacks matters here, so a program with a map is refused.
      () => (this.#withMap ? `[1, 2].map((each) => ${this.#call('each', depth)}).length` : sub()),
      () => `((each) => ${this.#call('each', depth)})(${sub()})`,
      () => `(typeof ${this.#call(n, depth)}).length`,
      () => `(${this.#noted()}, ${this.#call(n, depth)})`,
      sub,
    ])();
  }

  #statement(n: string): string {
    const e = (depth = 2): string => this.#expression(n, depth);
    const local = this.#name('v');
    return this.#pick([
      () => `  total += ${e()};`,
      () => `  const ${local} = ${e(3)};\n  total += ${local};`,
      () => `  const { ${local} = ${e()} } = {};\n  total = total + ${local};`,
      () => `  if (${e()} > 3) total += ${e(1)};\n  else note('else');`,
      () => `  for (let i = 0; i < 2; i++) {\n    if (${e(1)} > 5) continue;\n    total += i;\n  }`,
      () => `  for (const each of [1, ${e(1)}]) total += ${this.#expression('each', 2)};`,
      () => `  let ${local} = 0;\n  while (${local}++ < 2 && ${e(1)} >= 0) total += 1;`,
      () =>
        `  switch (${e(1)}) {\n    case 1:\n      total += ${e(1)};\n      break;\n    case ${e(1)}:\n    default:\n      note('default');\n  }`,
      () =>
        `  try {\n    total += ${e()};\n  } catch {\n    note('caught');\n  } finally {\n    note('finally');\n  }`,
      () => `  if (${this.#noted()} > 8) return ${e(1)};`,
      () => `  ${this.#call(n, 1)};`,
      () => `  do {\n    total += ${e(1)};\n  } while (total < 0 && note(0) > 0);`,
    ])();
  }
}
