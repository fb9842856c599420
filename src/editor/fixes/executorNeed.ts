import { dirname, join } from 'node:path';
import type { PlannerRequests } from '../../investigation/helpers/plannerProtocol.ts';
import { rootFor } from '../commands/roots.ts';
import type { Offloop } from '../offloop.ts';
import { executorModule } from '../settings.ts';

/** What a fix needs before it may be saved: the executor in the package that owns a file. */
export interface ExecutorNeed {
  readonly file: string;
  /** The package that owns it. */
  readonly folder: string;
  /** Name under which it is imported. */
  readonly name: string;
}

/** Whether and where the executor must be installed for a file, and what the user has to do where that is not known. */
export async function executorNeed(
  app: Offloop,
  file: string,
  signal: AbortSignal,
): Promise<{ readonly need: ExecutorNeed | null; readonly warnings: readonly string[] }> {
  const { exists } = await import('../../fixes/packageManager.ts');
  const { isInstalled } = await import('../../fixes/installExecutor.ts');
  const { files, warnings } = await askExecutor(app, file, signal);
  const name = executorModule();
  const manifest = files.find(({ path }) => path.endsWith('package.json'));
  const folder = manifest === undefined ? await packageFolder(file, exists) : dirname(manifest.path);
  const isMissing = files.length > 0 || !(await isInstalled(dirname(file), name));
  if (!isMissing || (warnings.length > 0 && files.length === 0)) return { need: null, warnings };
  return { need: folder === null ? null : { file, folder, name }, warnings: [] };
}

/** Asks which files bring the executor into the package that owns a file. */
export function askExecutor(
  { helpers }: Offloop,
  file: string,
  signal: AbortSignal,
): Promise<PlannerRequests['executor']['answer']> {
  const tarball = helpers.pathOf('dist', 'offloop-executor.tgz');
  const request = { file, root: rootFor(file), name: executorModule(), tarball };
  return helpers.planner.ask('executor', request, signal);
}

async function packageFolder(
  file: string,
  exists: (path: string) => Promise<boolean>,
): Promise<string | null> {
  for (let at = dirname(file); ; at = dirname(at)) {
    if (await exists(join(at, 'package.json'))) return at;
    if (at === dirname(at)) return null;
  }
}
