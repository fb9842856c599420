import ts from 'typescript';
import { moduleRefOf } from '../bindings.ts';
import type { SourceModel } from '../sourceModel.ts';
import { findApi } from './catalog.ts';

/** The expression around a name that stands for a function which the catalog knows to block (`fs.statSync`); null for others. */
export function blockingExport(model: SourceModel, name: ts.Identifier): ts.Expression | null {
  let node: ts.Expression = name;
  while (ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node) node = node.parent;
  for (let each: ts.Expression = node; ; each = (each as ts.PropertyAccessExpression).expression) {
    const ref = moduleRefOf(model, each);
    const api = ref && findApi(ref.module, ref.path.length === 0 ? '(default)' : ref.path.join('.'));
    if (api !== undefined) return each;
    if (each === name) return null;
  }
}
