import ts from 'typescript';
import { moduleRefOf, skipOuter } from '../bindings.ts';
import type { ModuleRef } from '../bindings.ts';
import type { SourceModel } from '../sourceModel.ts';
import { blocksWithoutCallback, findApi } from './catalog.ts';
import type { BlockingApi } from './catalog.ts';

/** A call of a function that the catalog knows to block. */
export interface BlockingCall {
  readonly call: ts.CallExpression;
  readonly api: BlockingApi;
  readonly ref: ModuleRef;
  /** The expression that stands for the module (`fs` in `fs.readFileSync`), or null when the export has a name of its own. */
  readonly moduleObject: ts.Expression | null;
}

/** The catalog's entry for a call, by where its callee was imported from; undefined when it is not known to block. */
export function blockingCallOf(model: SourceModel, call: ts.CallExpression): BlockingCall | undefined {
  const ref = moduleRefOf(model, call.expression);
  if (ref === undefined) return undefined;
  const api = findApi(ref.module, ref.path.length === 0 ? '(default)' : ref.path.join('.'));
  if (api === undefined || (blocksWithoutCallback(api) && endsWithCallback(call))) return undefined;
  return { call, api, ref, moduleObject: moduleObjectOf(call.expression, ref.path.length) };
}

function endsWithCallback(call: ts.CallExpression): boolean {
  const last = call.arguments.at(-1);
  return (
    last !== undefined &&
    (ts.isArrowFunction(last) || ts.isFunctionExpression(last) || ts.isSpreadElement(last))
  );
}

function moduleObjectOf(callee: ts.Expression, depth: number): ts.Expression | null {
  let node = skipOuter(callee);
  for (let level = 0; level < depth; level++) {
    if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return null;
    node = skipOuter(node.expression);
  }
  return depth === 0 ? null : node;
}

/** All catalogued blocking calls of a file in source order. */
export function findBlockingCalls(model: SourceModel): readonly BlockingCall[] {
  const found: BlockingCall[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const blocking = blockingCallOf(model, node);
      if (blocking !== undefined) found.push(blocking);
    }
    ts.forEachChild(node, visit);
  };
  visit(model.file);
  return found.sort((a, b) => a.call.getStart() - b.call.getStart());
}
