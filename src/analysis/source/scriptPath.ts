import { fileURLToPath } from 'node:url';
import { isAbsolutePath } from '../../base/scriptAddress.ts';

/** How a path inside the target (a container, say) maps to a path here. Both absolute; a prefix is replaced. */
export interface PathMapping {
  readonly remote: string;
  readonly local: string;
}

/** A path with the first mapping whose prefix it has; the path itself where there is none. */
export function withMappings(path: string, mappings: readonly PathMapping[]): string {
  const mapping = mappings.find(
    ({ remote }) => path === remote || path.startsWith(remote.replace(/\/?$/, '/')),
  );
  if (mapping === undefined) return path;
  return mapping.local.replace(/\/$/, '') + path.slice(mapping.remote.replace(/\/$/, '').length);
}

function fromFileUrl(url: string): string | null {
  try {
    return fileURLToPath(url);
  } catch {
    return null; // A host part or an escaped slash: no path on this machine.
  }
}

/** The local path behind a script url as V8 reports it (`file://…` or an absolute path); null where there is none. */
export function scriptPath(url: string, mappings: readonly PathMapping[]): string | null {
  const plain = url.split(/[?#]/, 1)[0] ?? '';
  const path = plain.startsWith('file://') ? fromFileUrl(plain) : plain;
  if (path === null || !isAbsolutePath(path)) return null;
  return withMappings(path, mappings);
}
