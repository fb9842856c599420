import { bareModule } from '../catalog/catalog.ts';
import type { ProjectSources } from '../modules/projectSources.ts';

const builtins =
  /^(assert|async_hooks|buffer|child_process|cluster|console|constants|crypto|dgram|diagnostics_channel|dns|domain|events|fs|http|http2|https|inspector|module|net|os|path|perf_hooks|process|punycode|querystring|readline|repl|sqlite|stream|string_decoder|sys|test|timers|tls|trace_events|tty|url|util|v8|vm|wasi|worker_threads|zlib)(\/|$)/;

/** Whether a specifier names a builtin module or a package that the project installs, rather than code of its own. */
export function isForeignPackage(specifier: string, { dependencies }: ProjectSources): boolean {
  if (specifier.startsWith('node:')) return true;
  const bare = bareModule(specifier);
  if (builtins.test(bare)) return true;
  const [scope = '', name = ''] = bare.split('/');
  const range = dependencies[bare.startsWith('@') ? `${scope}/${name}` : scope];
  return range !== undefined && !/^(workspace|link|file|portal):/.test(range);
}
