import { inNodeScript, nativeLeaf, type CauseRule } from '../causeRule.ts';

const natives: ReadonlySet<string> = new Set([
  'structuredClone',
  'postMessage',
  'parse',
  'stringify',
  'writeValue',
  'readValue',
]);

/** Turning objects into text or bytes and back: JSON, structuredClone, v8.serialize, messages to workers. */
export const serialization: CauseRule = {
  cause: 'serialization',
  applies: (path) =>
    inNodeScript(path, /^node:(?:v8|internal\/(?:structured_clone|bootstrap\/web\/exposed-window))/) ||
    path.below.some(({ frame }) => frame.functionName === 'structuredClone') ||
    natives.has(nativeLeaf(path)?.functionName ?? ''),
};
