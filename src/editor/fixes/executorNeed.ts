import { dirname } from 'node:path';
import type { PlannedExecutor, PlannerRequests } from '../../investigation/helpers/plannerProtocol.ts';
import { rootFor } from '../commands/roots.ts';
import type { ExtensionResources } from '../extensionResources.ts';
import type { App } from '../app.ts';
import { executorModule } from '../settings.ts';

/** What a fix needs before it may be saved: the executor in the package that owns a file. */
export interface ExecutorNeed {
  readonly file: string;
  /** The package that owns it. */
  readonly folder: string;
  /** Name under which it is imported. */
  readonly name: string;
}

/** What has to be installed before the fix of a file may be saved, or what the user has to do if Offloop cannot install it. */
export async function executorNeed(
  file: string,
  { folder, isAdded, warnings }: PlannedExecutor,
): Promise<{ readonly need: ExecutorNeed | null; readonly warnings: readonly string[] }> {
  const name = executorModule();
  if (folder === null || (!isAdded && warnings.length > 0)) return { need: null, warnings };
  const { isInstalled } = await import('../../fixes/installExecutor.ts');
  const isMissing = isAdded || !(await isInstalled(dirname(file), name));
  return { need: isMissing ? { file, folder, name } : null, warnings: [] };
}

/** Absolute path of the packed executor. */
export const packedExecutor = (resources: ExtensionResources): string =>
  resources.pathOf('dist', 'offloop-executor.tgz');

/** Asks which files bring the executor into the package that owns a file. */
export function askExecutor(
  { resources }: App,
  file: string,
  signal: AbortSignal,
): Promise<PlannerRequests['executor']['answer']> {
  const request = { file, root: rootFor(file), name: executorModule(), tarball: packedExecutor(resources) };
  return resources.planner.ask('executor', request, signal);
}
