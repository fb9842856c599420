import ts from 'typescript';
import { skipOuter } from '../bindings.ts';

/** The places at which points run, and which place can follow which. */
export interface FlowGraph {
  /** A point in a function that is called twice has two places. */
  readonly places: ReadonlyMap<ts.Node, readonly number[]>;
  readonly next: readonly (readonly number[])[];
}

/** Where `break`, `continue` and `return` lead; what has to run on the way there. */
interface Target {
  readonly kind: 'break' | 'continue' | 'return' | 'finally';
  readonly labels: readonly string[];
  /** Ends that lead there. */
  readonly ends: number[];
  /** For `finally`: jumps that go on once it has run. */
  readonly jumps: Jump[];
}

interface Jump {
  readonly kind: 'break' | 'continue' | 'return';
  readonly label: string | null;
}

/** Calls of functions of the function are followed so deep. */
const deepest = 3;

/** Builds the graph of one function in one walk through it. `#ends` are the places from which the walk goes on. */
export class FlowBuilder {
  readonly #next: number[][] = [];
  readonly #places = new Map<ts.Node, number[]>();
  readonly #points: ReadonlySet<ts.Node>;
  readonly #fn: ts.Node;
  readonly #locals: ReadonlyMap<string, ts.FunctionLikeDeclaration>;
  #targets: Target[] = [];
  /** Places from which an exception leads to the innermost `catch` or `finally`. */
  #throwers: number[][] = [];
  #ends: number[] = [];
  #depth = 0;

  constructor(fn: ts.Node, points: ReadonlySet<ts.Node>) {
    this.#fn = fn;
    this.#points = points;
    this.#locals = localFunctions(fn);
  }

  /** The graph of the function. */
  graph(): FlowGraph {
    this.#ends = [this.#place([])];
    this.#body(this.#fn);
    return { places: this.#places, next: this.#next };
  }

  #place(from: readonly number[]): number {
    const place = this.#next.push([]) - 1;
    for (const each of from) this.#next[each]?.push(place);
    for (const each of this.#throwers) each.push(place);
    return place;
  }

  /** A place at which several ways meet. */
  #join(ends: readonly number[]): void {
    this.#ends = ends.length > 1 ? [this.#place(ends)] : [...ends];
  }

  #connect(from: readonly number[], to: number): void {
    for (const each of from) this.#next[each]?.push(to);
  }

  #body(fn: ts.Node): void {
    const target: Target = { kind: 'return', labels: [], ends: [], jumps: [] };
    this.#targets.push(target);
    ts.forEachChild(fn, (child) => {
      if (!ts.isTypeNode(child) && !ts.isModifier(child)) this.#visit(child);
    });
    this.#targets.pop();
    this.#join([...this.#ends, ...target.ends]);
  }

  #visit = (node: ts.Node | undefined): void => {
    if (node === undefined || ts.isTypeNode(node)) return;
    if (ts.isFunctionLike(node)) this.#nested(node);
    else if (!this.#statement(node) && !this.#expression(node)) ts.forEachChild(node, this.#visit);
    if (this.#points.has(node)) this.#record(node);
  };

  #record(node: ts.Node): void {
    const place = this.#place(this.#ends);
    const known = this.#places.get(node);
    if (known === undefined) this.#places.set(node, [place]);
    else known.push(place);
    this.#ends = [place];
  }

  /** A function inside: it may run here, any number of times. Declared ones run where they are called. */
  #nested(node: ts.SignatureDeclaration): void {
    const isCalledByName = [...this.#locals.values()].some((each) => each === node);
    if (!isCalledByName && this.#depth < deepest) this.#run(node, true);
  }

  #run(fn: ts.Node, isOptional: boolean): void {
    const start = this.#ends;
    const [targets, depth] = [this.#targets, this.#depth];
    this.#targets = [];
    this.#depth += 1;
    const head = this.#place(start);
    this.#ends = [head];
    this.#body(fn);
    if (isOptional) this.#connect(this.#ends, head);
    [this.#targets, this.#depth] = [targets, depth];
    this.#join(isOptional ? [...start, ...this.#ends] : this.#ends);
  }

  /** Statements that are not simply gone through in order; false for the others. */
  #statement(node: ts.Node, labels: readonly string[] = []): boolean {
    if (ts.isIfStatement(node)) this.#choice(node.expression, node.thenStatement, node.elseStatement);
    else if (ts.isLabeledStatement(node)) this.#labeled(node, labels);
    else if (ts.isIterationStatement(node, false)) this.#loop(node, labels);
    else if (ts.isSwitchStatement(node)) this.#switch(node, labels);
    else if (ts.isTryStatement(node)) this.#try(node);
    else if (ts.isReturnStatement(node)) {
      this.#visit(node.expression);
      this.#jump({ kind: 'return', label: null });
    } else if (ts.isThrowStatement(node)) {
      this.#visit(node.expression);
      this.#ends = [];
    } else if (ts.isBreakStatement(node)) this.#jump({ kind: 'break', label: node.label?.text ?? null });
    else if (ts.isContinueStatement(node)) this.#jump({ kind: 'continue', label: node.label?.text ?? null });
    else return false;
    return true;
  }

  #choice(condition: ts.Node, yes: ts.Node | undefined, no: ts.Node | undefined): void {
    this.#visit(condition);
    const start = this.#ends;
    this.#visit(yes);
    const after = this.#ends;
    this.#ends = start;
    this.#visit(no);
    this.#join([...after, ...this.#ends]);
  }

  #labeled(node: ts.LabeledStatement, labels: readonly string[]): void {
    const own = [...labels, node.label.text];
    if (ts.isIterationStatement(node.statement, false) || ts.isLabeledStatement(node.statement)) {
      this.#statement(node.statement, own);
      return;
    }
    const target = this.#open('break', own);
    this.#visit(node.statement);
    this.#close(target);
  }

  #open(kind: Target['kind'], labels: readonly string[]): Target {
    const target: Target = { kind, labels, ends: [], jumps: [] };
    this.#targets.push(target);
    return target;
  }

  #close(target: Target): void {
    this.#targets.pop();
    this.#join([...this.#ends, ...target.ends]);
  }

  #jump(jump: Jump): void {
    const target = this.#targets.findLast(
      ({ kind, labels }) =>
        kind === 'finally' || (kind === jump.kind && (jump.label === null || labels.includes(jump.label))),
    );
    target?.ends.push(...this.#ends);
    if (target?.kind === 'finally') target.jumps.push(jump);
    this.#ends = [];
  }

  #loop(node: ts.IterationStatement, labels: readonly string[]): void {
    if (ts.isForStatement(node)) this.#visit(node.initializer);
    if (ts.isForOfStatement(node) || ts.isForInStatement(node)) this.#visit(node.expression);
    const head = this.#place(this.#ends);
    this.#ends = [head];
    const out = this.#open('break', labels);
    const again = this.#open('continue', labels);
    const condition = conditionOf(node);
    if (!ts.isDoStatement(node)) this.#visit(condition);
    const exits = ts.isDoStatement(node) || isAlways(node) ? [] : this.#ends;
    if (ts.isForOfStatement(node) || ts.isForInStatement(node)) this.#visit(node.initializer);
    this.#visit(node.statement);
    this.#close(again);
    if (ts.isDoStatement(node)) this.#visit(condition);
    if (ts.isForStatement(node)) this.#visit(node.incrementor);
    this.#connect(this.#ends, head);
    this.#ends = [...(ts.isDoStatement(node) && !isAlways(node) ? this.#ends : []), ...exits];
    this.#close(out);
  }

  #switch(node: ts.SwitchStatement, labels: readonly string[]): void {
    this.#visit(node.expression);
    const out = this.#open('break', labels);
    const entries = new Map<ts.CaseOrDefaultClause, readonly number[]>();
    for (const clause of node.caseBlock.clauses) {
      if (ts.isDefaultClause(clause)) continue;
      this.#visit(clause.expression);
      entries.set(clause, this.#ends);
    }
    const otherwise = this.#ends;
    this.#ends = [];
    for (const clause of node.caseBlock.clauses) {
      this.#join([...this.#ends, ...(entries.get(clause) ?? otherwise)]); // A case without break falls through.
      clause.statements.forEach(this.#visit);
    }
    const hasDefault = node.caseBlock.clauses.some(ts.isDefaultClause);
    this.#ends = [...this.#ends, ...(hasDefault ? [] : otherwise)];
    this.#close(out);
  }

  #try(node: ts.TryStatement): void {
    const last = node.finallyBlock === undefined ? null : this.#open('finally', []);
    const outer: number[] = [];
    if (last !== null) this.#throwers.push(outer);
    const thrown: number[] = [...this.#ends];
    this.#throwers.push(thrown);
    this.#visit(node.tryBlock);
    this.#throwers.pop();
    const after = this.#ends;
    if (node.catchClause !== undefined) {
      this.#join(thrown);
      this.#visit(node.catchClause);
      this.#join([...after, ...this.#ends]);
    }
    if (last === null) return;
    this.#throwers.pop();
    this.#targets.pop();
    this.#finally(node.finallyBlock, last, [...outer, ...thrown]);
  }

  /** `finally` runs on every way: after the end, an exception, and each jump, which then goes on. */
  #finally(block: ts.Block | undefined, last: Target, thrown: readonly number[]): void {
    const isReached = this.#ends.length > 0;
    this.#join([...this.#ends, ...thrown, ...last.ends]);
    this.#visit(block);
    const after = this.#ends;
    for (const jump of last.jumps) {
      this.#ends = after;
      this.#jump(jump);
    }
    this.#ends = isReached ? after : [];
  }

  /** Handles expressions of which a part may not run, and calls of inner functions; false for all others. */
  #expression(node: ts.Node): boolean {
    if (ts.isConditionalExpression(node)) this.#choice(node.condition, node.whenTrue, node.whenFalse);
    else if (ts.isBinaryExpression(node) && /^(&&|\|\||\?\?)=?$/.test(node.operatorToken.getText()))
      this.#choice(node.left, node.right, undefined);
    else if (ts.isCallExpression(node)) this.#call(node);
    else return false;
    return true;
  }

  #call(node: ts.CallExpression): void {
    this.#visit(node.expression);
    const start = this.#ends;
    node.arguments.forEach(this.#visit);
    if (ts.isOptionalChain(node)) this.#join([...start, ...this.#ends]);
    const callee = skipOuter(node.expression);
    const fn = ts.isIdentifier(callee) ? this.#locals.get(callee.text) : undefined;
    if (fn !== undefined && this.#depth < deepest) this.#run(fn, false);
  }
}

function conditionOf(node: ts.IterationStatement): ts.Expression | undefined {
  if (ts.isForStatement(node)) return node.condition;
  return ts.isWhileStatement(node) || ts.isDoStatement(node) ? node.expression : undefined;
}

/** A loop that only a jump ends. */
function isAlways(node: ts.IterationStatement): boolean {
  if (ts.isForStatement(node)) return node.condition === undefined;
  return conditionOf(node)?.kind === ts.SyntaxKind.TrueKeyword;
}

/** Functions declared in a function that are only called there, by their names. */
function localFunctions(root: ts.Node): ReadonlyMap<string, ts.FunctionLikeDeclaration> {
  const found = new Map<string, ts.FunctionLikeDeclaration>();
  const visit = (node: ts.Node): void => {
    if (node !== root && ts.isFunctionDeclaration(node) && node.name !== undefined)
      found.set(node.name.text, node);
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined) {
      const value = skipOuter(node.initializer);
      if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) found.set(node.name.text, value);
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(root, visit);
  for (const name of handedOn(root, new Set(found.keys()))) found.delete(name);
  return found;
}

/** Names of functions that are used for more than being called: they may run at any time. */
function handedOn(root: ts.Node, names: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const { parent } = node;
    const isDeclaration = (parent as ts.NamedDeclaration | undefined)?.name === node;
    const isCall = ts.isCallExpression(parent) && parent.expression === node;
    if (ts.isIdentifier(node) && names.has(node.text) && !isDeclaration && !isCall) found.add(node.text);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(root, visit);
  return found;
}
