import ts from 'typescript';
import type { ProjectSources } from '../../code/modules/projectSources.ts';
import { modelProject } from '../../code/references/projectModel.ts';
import type { ProjectModel } from '../../code/references/projectModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** A call in the model of its project. */
export interface FoundCall {
  readonly model: ProjectModel;
  /** The file of the call. */
  readonly own: SourceModel;
  readonly call: ts.CallExpression;
}

/** Finds the call between two offsets of a file; null where the project is not followed or there is no such call. */
export function findCall(
  project: ProjectSources,
  path: string,
  start: number,
  end: number,
): FoundCall | null {
  const model = modelProject(project);
  const own = model?.models.find((each) => each.path === path.replaceAll('\\', '/'));
  const call = own && callAt(own, start, end);
  return model === null || own === undefined || call === undefined ? null : { model, own, call };
}

function callAt({ file }: SourceModel, start: number, end: number): ts.CallExpression | undefined {
  const visit = (node: ts.Node): ts.CallExpression | undefined =>
    ts.isCallExpression(node) && node.getStart(file) === start && node.end === end
      ? node
      : ts.forEachChild(node, visit);
  return visit(file);
}
