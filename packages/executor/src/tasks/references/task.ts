import { TaskReferenceError } from '../../wire/errors.ts';
import type { TaskReference } from '../types.ts';
import type { WireReference } from '../../wire/wire.ts';

const mark = Symbol.for('@offloop/executor/task');

/**
 * Names a function so that workers find it: `task(import.meta.url, 'report.worker#render', render)`, exported
 * under that name from that file. Returns the function itself, which can still be called as usual.
 *
 * @param url `import.meta.url`, or `__filename` in CommonJS.
 * @param id File name without extension, `#`, name of the export. The file name finds the file again when a
 *   bundler moved this code into another one.
 * @throws TypeError when the id has another form.
 */
export function task<F extends (...args: never[]) => unknown>(
  url: string | URL | undefined,
  id: string,
  fn: F,
): F {
  const [stem, name, rest] = id.split('#');
  if (stem === undefined || stem === '' || name === undefined || name === '' || rest !== undefined) {
    throw new TaskReferenceError(
      'ERR_TASK_ID',
      `"${id}" is not of the form 'file#export', as in 'report.worker#render'`,
    );
  }
  const reference: WireReference = {
    kind: 'file',
    module: url === undefined ? '' : String(url),
    export: name,
    stem: stem.replace(/^.*[\\/]/, '').replace(/\.[mc]?[jt]sx?$/, ''),
  };
  const owner =
    markOf(fn) === undefined && Object.isExtensible(fn) ? fn : (((...args: never[]) => fn(...args)) as F);
  Object.defineProperty(owner, mark, { value: reference });
  return owner;
}

/** The reference a function was marked with. */
export function markOf(fn: object): WireReference | undefined {
  return (fn as { readonly [mark]?: WireReference })[mark];
}

/**
 * Names the exports of a module that needs no change: `ref<typeof import('./sum.js')>(new URL('./sum.js',
 * import.meta.url))('sum')`. The module must have no side effects: each worker imports it.
 */
export function ref<M extends object>(
  url: string | URL,
): <K extends keyof M & string>(
  name: K,
) => TaskReference<M[K] extends (...args: never[]) => unknown ? M[K] : never> {
  return (name) => ({ module: url, export: name });
}
