import { callerOfNative, nativeLeaf, type CauseRule } from '../causeRule.ts';

const prototypes: readonly object[] = [
  Array.prototype,
  String.prototype,
  Object.prototype,
  Map.prototype,
  Set.prototype,
  Number.prototype,
  Date.prototype,
  Function.prototype,
  Uint8Array.prototype,
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Promise.prototype,
  Object,
  Array,
  Reflect,
  Math,
];

/** Functions of the language itself that V8 may report as frames without a script: they are not an addon. */
const languageFunctions: ReadonlySet<string> = new Set(
  prototypes.flatMap((owner) => Object.getOwnPropertyNames(owner)),
);

/** Compiled addons: a native function called straight from user or dependency code. */
export const nativeAddon: CauseRule = {
  cause: 'native-addon',
  waits: true,
  applies: (path) => {
    const leaf = nativeLeaf(path);
    if (leaf?.url !== '' || leaf.functionName === '') return false;
    if (leaf.functionName.startsWith('(') || languageFunctions.has(leaf.functionName)) return false;
    return callerOfNative(path)?.kind !== 'node';
  },
};
