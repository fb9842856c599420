import type { CallFrame } from '../../recording/recording.ts';

/** Whose code a call frame runs: Node's own JavaScript, native code or a builtin, a dependency, or the user's own. */
export type FrameKind = 'node' | 'native' | 'dependency' | 'user';

const dependencyFolder = /[\\/]node_modules[\\/]/;
/**
 * Scripts without a file: `vm` code without a name, evaluations, what the inspector itself compiled, and the text that
 * workers of `@offloop/executor` run.
 */
const sourceless = /^(?:evalmachine\.<anonymous>|wasm:|blob:|data:|chrome-extension:|offloop-executor:|\[|<)/;

/** What `offloop run` loads into the program to announce it is not the program's code. */
const ownPreload = /[\\/]offloop-[^\\/]+[\\/]preload\.cjs$/;

/** Whose code lives at an absolute path. */
export const kindOfPath = (path: string): FrameKind => (dependencyFolder.test(path) ? 'dependency' : 'user');

/** Whose code a frame runs, judged by the url that V8 reports; source maps may tell more. */
export function kindOfFrame(frame: CallFrame): FrameKind {
  if (frame.url.startsWith('node:') || frame.url.startsWith('internal/')) return 'node';
  if (frame.url === '' || sourceless.test(frame.url) || ownPreload.test(frame.url)) return 'native';
  return kindOfPath(frame.url);
}
