import type { CauseRule } from '../causeRule.ts';

/** Regular expressions: V8 reports each as a frame named after its pattern. */
export const regex: CauseRule = {
  cause: 'regex',
  applies: (path) =>
    path.below.some(({ frame }) => frame.url === '' && frame.functionName.startsWith('RegExp: ')),
};
