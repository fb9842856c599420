import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const longestVersion = 60;

/** The version in the package.json of a package's folder; null where there is none that can be read. */
export function versionOf(folder: string): string | null {
  try {
    const json: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const version = typeof json === 'object' && json !== null && 'version' in json ? json.version : null;
    return typeof version === 'string' ? version.slice(0, longestVersion) : null;
  } catch {
    return null; // Removed meanwhile, or never a package: its code is not told then.
  }
}
