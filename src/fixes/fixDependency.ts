import { createHash } from 'node:crypto';
import { dirname, join, relative, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { applyEdits } from '../remedies/edits/applyEdits.ts';
import { jsonValue, setJsonValue } from '../remedies/edits/jsonEdits.ts';
import { OffloopError } from '../base/offloopError.ts';
import { contentNow } from './fixWrite.ts';
import type { ContentReader, PendingFile } from './fixWrite.ts';

/** Files that bring the executor into a project, and what package.json then says. */
export interface ExecutorDependency {
  /** The package that owns the file of the fix; null where there is none. */
  readonly folder: string | null;
  readonly dependency: { readonly name: string; readonly spec: string } | null;
  readonly files: readonly PendingFile[];
  readonly warnings: readonly string[];
}

/** Where the executor comes from and the name under which the fix imports it. */
export interface ExecutorSource {
  readonly name: string;
  /** Path of the packed executor, or null when none is at hand. */
  readonly tarball: string | null;
}

/**
 * Adds the executor to the package that owns `file`: its tarball goes into `vendor/`, package.json gets a `file:`
 * dependency, and package-lock.json the integrity of the tarball. A package that has it already is left alone. `read` gives
 * the contents that these files have now.
 */
export function addExecutor(
  file: string,
  root: string,
  source: ExecutorSource,
  read: ContentReader = contentNow,
): ExecutorDependency {
  const manifest = nearestManifest(dirname(file), root, read);
  if (manifest === null) {
    return {
      folder: null,
      dependency: null,
      files: [],
      warnings: [`There is no package.json. Install ${source.name} yourself.`],
    };
  }
  const json = parse(manifest.path, manifest.text);
  const folder = dirname(manifest.path);
  if (isDeclared(json, source.name)) return { folder, dependency: null, files: [], warnings: [] };
  if (source.tarball === null) {
    return {
      folder,
      dependency: null,
      files: [],
      warnings: [`Add ${source.name} to ${manifest.path} yourself.`],
    };
  }
  return vendor(manifest, source.name, source.tarball, read);
}

interface Manifest {
  readonly path: string;
  readonly content: Buffer;
  readonly text: string;
}

function nearestManifest(from: string, root: string, read: ContentReader): Manifest | null {
  const top = resolve(root);
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const path = join(directory, 'package.json');
    const content = read(path);
    if (content !== null && !isStub(path, content)) return { path, content, text: content.toString('utf8') };
    if (directory === top || directory === dirname(directory)) return null;
  }
}

/** A package.json that only says `"type"` marks a folder of modules and is not where dependencies live. */
function isStub(path: string, content: Buffer): boolean {
  const json = parse(path, content.toString('utf8'));
  return (
    typeof json === 'object' &&
    json !== null &&
    !('name' in json) &&
    !('dependencies' in json) &&
    'type' in json
  );
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new OffloopError('bad-input', `${path} is not valid JSON. Correct it first.`, { cause: error });
  }
}

const dependencyFields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

const isDeclared = (json: unknown, name: string): boolean =>
  jsonValue(json, ['name']) === name ||
  dependencyFields.some((field) => jsonValue(json, [field, name]) !== undefined);

function vendor(manifest: Manifest, name: string, tarball: string, read: ContentReader): ExecutorDependency {
  const packed = contentNow(tarball);
  if (packed === null) throw new OffloopError('bad-input', `${tarball} is missing: reinstall Offloop.`);
  const version = packedVersion(packed, tarball);
  const directory = dirname(manifest.path);
  const target = join(directory, 'vendor', `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`);
  const spec = `file:${relative(directory, target).replaceAll('\\', '/')}`;
  const changed = setJsonValue(manifest.path, manifest.text, ['dependencies', name], spec);
  if (changed === null)
    throw new OffloopError('bad-input', `${manifest.path} is not a JSON object. Correct it first.`);
  const lockPath = join(directory, 'package-lock.json');
  const locked = read(lockPath);
  const lock = locked === null ? null : lockFile(lockPath, locked, { name, spec, version }, packed);
  return {
    folder: directory,
    dependency: { name, spec },
    files: [
      { path: target, before: read(target), after: packed },
      {
        path: manifest.path,
        before: manifest.content,
        after: Buffer.from(applyEdits(manifest.text, [changed])),
      },
      ...(lock === null ? [] : [lock]),
    ],
    warnings: ['Run your package manager (for example npm install) to install the executor.'],
  };
}

/** npm's own lock entry with the integrity of the tarball; null when the lock file has no form we know. */
function lockFile(
  path: string,
  content: Buffer,
  { name, spec, version }: { readonly name: string; readonly spec: string; readonly version: string },
  packed: Buffer,
): PendingFile | null {
  const text = content.toString('utf8');
  const root = jsonValue(parse(path, text), ['packages', '']);
  if (typeof root !== 'object' || root === null) return null;
  const integrity = `sha512-${createHash('sha512').update(packed).digest('base64')}`;
  const entry = { version, resolved: spec, integrity, license: 'MIT' };
  const own = setJsonValue(path, text, ['packages', '', 'dependencies', name], spec);
  const once = own === null ? text : applyEdits(text, [own]);
  const listed = setJsonValue(path, once, ['packages', `node_modules/${name}`], entry);
  if (listed === null) return null;
  return { path, before: content, after: Buffer.from(applyEdits(once, [listed])) };
}

const blockSize = 512;

/** The version in the package.json of an npm tarball. */
function packedVersion(packed: Buffer, path: string): string {
  const tar = gunzipSync(packed);
  for (let at = 0; at + blockSize <= tar.length && tar[at] !== 0;) {
    const name = tar.toString('utf8', at, tar.indexOf(0, at));
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8);
    const body = at + blockSize;
    if (name === 'package/package.json') {
      const version = jsonValue(parse(path, tar.toString('utf8', body, body + size)), ['version']);
      if (typeof version === 'string') return version;
    }
    at = body + Math.ceil(size / blockSize) * blockSize;
  }
  throw new OffloopError('bad-input', `${path} is not an npm package. Reinstall Offloop.`);
}
