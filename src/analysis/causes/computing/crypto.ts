import { inNodeScript, packageOf, type CauseRule } from '../causeRule.ts';

/** Packages whose native code hashes or encrypts. Hashing written in JavaScript is `cpu`. */
const packages: ReadonlySet<string> = new Set([
  'bcrypt',
  'argon2',
  '@node-rs/argon2',
  '@node-rs/bcrypt',
  'sodium-native',
]);

/** Key derivation, key generation, hashing, signing and ciphers. */
export const crypto: CauseRule = {
  cause: 'crypto',
  applies: (path) =>
    inNodeScript(path, /^node:(?:internal\/)?crypto/) ||
    path.below.some(({ frame }) => packages.has(packageOf(frame) ?? '')),
};
