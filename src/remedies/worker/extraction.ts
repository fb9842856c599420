import type ts from 'typescript';
import type { EditContext } from '../edits/importEdits.ts';
import type { ProjectSources } from '../../code/modules/projectSources.ts';

/** A call whose work is to move into a worker module. */
export interface Extraction {
  /** The file of the call. */
  readonly context: EditContext;
  readonly project: ProjectSources;
  readonly call: ts.CallExpression;
  /** Name under which edits import the executor. */
  readonly executorModule: string;
}
