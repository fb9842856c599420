import { createHash } from 'node:crypto';
import type { CallSite } from '../../code/calls/callSite.ts';
import type { Cause } from '../../report/cause.ts';

/**
 * A name for a finding that survives edits elsewhere in the file: made of the path relative to the project, the
 * enclosing functions, the callee, its ordinal among equals, and the cause; never of line numbers. 12 hex digits.
 */
export function findingId(relativePath: string, site: CallSite | null, cause: Cause): string {
  const parts =
    site === null
      ? ['', cause]
      : [relativePath, site.scopePath, site.callee ?? '', String(site.ordinal), cause];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12);
}
