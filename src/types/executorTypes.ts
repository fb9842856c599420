import { gunzipSync } from 'node:zlib';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Blocks of a tar file. Bytes. */
const blockSize = 512;

/**
 * The declarations of the packed executor as files of a package that is not installed yet; none where it is, or where its
 * name is a path.
 */
export function executorTypes(
  folder: string,
  name: string,
  tarball: string | null,
): ReadonlyMap<string, string> {
  if (tarball === null || name.startsWith('.') || isInstalled(folder, name) || !existsSync(tarball))
    return new Map();
  const home = join(folder, 'node_modules', name);
  return new Map(
    [...filesIn(gunzipSync(readFileSync(tarball)))]
      .filter(([path]) => /\.d\.[cm]?ts$|^package\/package\.json$/.test(path))
      .map(([path, text]) => [join(home, path.replace(/^package\//, '')), text]),
  );
}

function isInstalled(folder: string, name: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules', name, 'package.json'))) return true;
    if (at === dirname(at)) return false;
  }
}

/** Regular files of a tar file by name; npm packs no others. */
function* filesIn(tar: Buffer): Generator<readonly [path: string, text: string]> {
  for (let at = 0; at + blockSize <= tar.length;) {
    const field = (start: number, length: number): string =>
      tar.toString('utf8', at + start, at + start + length).replace(/\0.*$/s, '');
    const size = parseInt(field(124, 12), 8) || 0;
    const name = field(0, 100);
    if (name === '') return;
    const prefix = field(345, 155);
    const start = at + blockSize;
    yield [prefix === '' ? name : `${prefix}/${name}`, tar.toString('utf8', start, start + size)];
    at = start + Math.ceil(size / blockSize) * blockSize;
  }
}
