import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerSetup } from '../wire/wire.ts';

/** Facts about the main program that each worker is told. */
export function mainSetup(): Omit<WorkerSetup, 'name' | 'abortFlag'> {
  const loader = loaderOfMain();
  const here = ownFolder();
  const entry = process.argv[1];
  return {
    ...(loader === undefined ? {} : { loader }),
    ...(here === undefined ? {} : { loaders: `${here}/loaders.js` }),
    ...(entry === undefined ? {} : { entry: dirname(entry) }),
  };
}

// tsx registers itself on the main thread alone; ts-node leaves a mark on `process`.
function loaderOfMain(): WorkerSetup['loader'] {
  if ([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((flag) => /\btsx\b/.test(flag)))
    return 'tsx';
  return Symbol.for('ts-node.register.instance') in process ? 'ts-node' : undefined;
}

// undefined in bundles whose format has no import.meta; they need no TypeScript loader.
function ownFolder(): string | undefined {
  const url = import.meta.url as string | undefined;
  if (url === undefined || url === '') return undefined;
  return dirname(url.startsWith('file:') ? fileURLToPath(url) : url);
}
