import type { CallFrame } from '../../recording/recording.ts';
import { isPathOrFileUrl } from '../../base/scriptAddress.ts';

/**
 * Whose code a call frame runs: Node's own JavaScript, native code or a builtin, code that was compiled at run time from
 * a text without a file, a dependency, or the user's own.
 */
export type FrameKind = 'node' | 'native' | 'generated' | 'dependency' | 'user';

const dependencyFolder = /[\\/]node_modules[\\/]/;
/** WebAssembly is not JavaScript; the text that workers of `@offloop/executor` run is not the program's. */
const notOfTheProgram = /^(?:wasm:|offloop-executor:)/;

/** What `offloop run` loads into the program to announce it is not the program's code. */
const ownPreload = /[\\/]offloop-[^\\/]+[\\/]preload\.cjs$/;

/** Whether a script is what `offloop run` loads into a program before its own. */
export const isOfOwnPreload = (url: string): boolean => ownPreload.test(url);

/** Whose code lives at an absolute path. */
export const kindOfPath = (path: string): FrameKind => (dependencyFolder.test(path) ? 'dependency' : 'user');

/** Builtins have no script: V8 gives them the number 0, and no line. What `new Function` made has both, but no url. */
const isCompiled = ({ scriptId, lineNumber }: CallFrame): boolean => scriptId !== '0' && lineNumber >= 0;

/** Whose code a frame runs, judged by the url that V8 reports; source maps may tell more. */
export function kindOfFrame(frame: CallFrame): FrameKind {
  const { url } = frame;
  if (url.startsWith('node:') || url.startsWith('internal/')) return 'node';
  if (url === '') return isCompiled(frame) ? 'generated' : 'native';
  if (notOfTheProgram.test(url) || ownPreload.test(url)) return 'native';
  return isPathOrFileUrl(url) ? kindOfPath(url) : 'generated';
}
