// Versions of the Node executables that cases run on.
import { execFileSync } from 'node:child_process';

const versions = new Map();

/** `24.1.0`. */
export function versionOf(node) {
  if (!versions.has(node))
    versions.set(node, execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1));
  return versions.get(node);
}

/** Whether an executable is older than `minimum` (`"22.18"`), which may be undefined. */
export function isOlder(node, minimum) {
  const parts = versionOf(node).split('.').map(Number);
  const least = (minimum ?? '').split('.').map(Number);
  const at = least.findIndex((each, index) => each !== parts[index]);
  return at !== -1 && parts[at] < least[at];
}
