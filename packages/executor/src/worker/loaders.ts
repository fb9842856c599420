import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { LoaderModule } from './moduleLoader.ts';

type LoaderName = 'tsx' | 'ts-node' | 'native';

// What has been registered in this worker; a loader cannot be taken back.
const active = new Set<LoaderName>();

/**
 * Imports a TypeScript file in a worker. tsx registers itself on the main thread alone, so the worker does it again:
 * with the loader of the main program first, then as Node itself would (type stripping, a `--loader` of the program),
 * then with whatever is installed.
 */
export const importTypeScript: LoaderModule['importTypeScript'] = async (file, preferred) => {
  const url = pathToFileURL(file).href;
  const failures: unknown[] = [];
  for (const loader of candidates(preferred)) {
    if (!(await activate(loader, file, failures))) continue;
    try {
      const loaded: unknown = loader === 'ts-node' ? createRequire(file)(file) : await import(url);
      return loaded;
    } catch (error) {
      if (!isLoadFailure(error)) throw error;
      failures.push(error);
    }
  }
  throw Object.assign(
    new TypeError(
      `${file} is TypeScript, and this worker has no loader for it. Run the program with tsx or ts-node, ` +
        `use Node 22.18 or later, or compile it first: ${failures.map(String).join('; ')}`,
      { cause: failures.at(-1) },
    ),
    { name: 'TaskReferenceError', code: 'ERR_TASK_TYPESCRIPT' },
  );
};

function candidates(preferred: 'tsx' | 'ts-node' | undefined): LoaderName[] {
  const all: LoaderName[] = ['native', 'tsx', 'ts-node'];
  return preferred === undefined ? all : [preferred, ...all.filter((name) => name !== preferred)];
}

async function activate(loader: LoaderName, file: string, failures: unknown[]): Promise<boolean> {
  if (active.has(loader)) return true;
  try {
    if (loader === 'native' && !loadsTypeScript()) return false;
    if (loader === 'tsx') await activateTsx(file);
    if (loader === 'ts-node') activateTsNode(file);
  } catch (error) {
    failures.push(error);
    return false;
  }
  active.add(loader);
  return true;
}

// A try in vain is not free: Node remembers that the URL could not be loaded.
function loadsTypeScript(): boolean {
  const { typescript } = process.features as { readonly typescript?: string | false };
  return (
    typeof typescript === 'string' ||
    process.execArgv.some((flag) => /^--(?:experimental-)?loader\b/.test(flag))
  );
}

async function activateTsx(file: string): Promise<void> {
  const require = createRequire(file);
  (require('tsx/cjs/api') as { readonly register: () => void }).register();
  // Its CommonJS form of the ESM API registers nothing; the .mjs beside it does.
  const api = require.resolve('tsx/esm/api').replace(/\.cjs$/, '.mjs');
  const { register: registerEsm } = (await import(pathToFileURL(api).href)) as {
    readonly register: () => void;
  };
  registerEsm();
}

function activateTsNode(file: string): void {
  const require = createRequire(file);
  (require('ts-node') as { readonly register: (options: object) => void }).register({ transpileOnly: true });
}

// Errors of loading, which another loader may not have; errors of the file's own code are passed on.
function isLoadFailure(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return (
    error instanceof SyntaxError ||
    code === 'ERR_UNKNOWN_FILE_EXTENSION' ||
    code === 'ERR_MODULE_NOT_FOUND' ||
    code === 'MODULE_NOT_FOUND' ||
    code === 'ERR_REQUIRE_ESM' ||
    code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' ||
    code === 'ERR_INVALID_TYPESCRIPT_SYNTAX' ||
    code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING'
  );
}
