import catalogJson from './blockingApis.json';

/** A documented way to get the same result without blocking. `form` says how the twin delivers it. */
export interface Twin {
  readonly module: string;
  readonly export: string;
  readonly form: 'promise' | 'promisify' | 'callback';
}

/** What the catalog knows about one blocking function. `module` is without the `node:` prefix. */
export interface BlockingApi {
  readonly module: string;
  readonly export: string;
  readonly kind: 'io' | 'cpu' | 'wait' | 'native';
  readonly twin: Twin | null;
  /** Whether arguments and result survive structured clone, in words of the catalog. */
  readonly cloneable: string;
}

const record = (value: unknown): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) throw new Error('catalog: an entry is not an object');
  return value as Readonly<Record<string, unknown>>;
};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new Error(`catalog: ${String(value)} is none of ${allowed.join(', ')}`);
  return found;
}

function parseEntry(value: unknown): BlockingApi {
  const entry = record(value);
  const twin = entry['twin'] === null ? null : record(entry['twin']);
  return {
    module: text(entry['module']),
    export: text(entry['export']),
    kind: oneOf(entry['kind'], ['io', 'cpu', 'wait', 'native']),
    twin: twin && {
      module: text(twin['module']),
      export: text(twin['export']),
      form: oneOf(twin['form'], ['promise', 'promisify', 'callback']),
    },
    cloneable: text(entry['cloneable']),
  };
}

/** All entries of the catalog, parsed once. */
export const blockingApis: readonly BlockingApi[] = (catalogJson as readonly unknown[]).map(parseEntry);

const byName = new Map(blockingApis.map((api) => [`${api.module}|${api.export}`, api]));

/** A module name as the catalog writes it: `node:fs` and `fs` are the same module. */
export const bareModule = (specifier: string): string => specifier.replace(/^node:/, '');

const overloaded = ' (no callback)';

/**
 * The entry for an export of a module, or undefined when nothing is known to block. Functions that block only when
 * called without a callback (`crypto.randomBytes`) are found too; the caller looks at the arguments.
 */
export function findApi(module: string, exportName: string): BlockingApi | undefined {
  const name = bareModule(module);
  const found = byName.get(`${name}|${exportName}`) ?? byName.get(`${name}|${exportName}${overloaded}`);
  if (found !== undefined) return found;
  if ((name === 'graceful-fs' || name === 'fs-extra') && exportName.endsWith('Sync'))
    return viaFs(name, exportName);
  return undefined;
}

/** Whether the function blocks only in its form without a callback. */
export const blocksWithoutCallback = (api: BlockingApi): boolean => api.export.endsWith(overloaded);

function viaFs(module: string, exportName: string): BlockingApi | undefined {
  const api = byName.get(`fs|${exportName}`);
  if (api?.twin === null || api?.twin === undefined) return undefined;
  const form = module === 'fs-extra' ? 'promise' : 'promisify';
  return { ...api, module, twin: { module, export: exportName.replace(/Sync$/, ''), form } };
}
