import type { CauseRule } from '../causeRule.ts';

/** WebAssembly code, and entering it from JavaScript. */
export const wasm: CauseRule = {
  cause: 'wasm',
  applies: (path) =>
    path.below.some(
      ({ frame }) => frame.url.startsWith('wasm:') || frame.functionName.startsWith('js-to-wasm'),
    ),
};
