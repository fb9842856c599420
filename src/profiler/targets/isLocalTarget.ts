import { findInspector } from './discover.ts';
import { readNodeProcess } from './processTable.ts';
import type { TargetInfo } from './targetInfo.ts';

/** Whether the process ids of a target are those of this machine: it may be in a container or behind a tunnel. */
export async function isLocalTarget({ pid }: TargetInfo, address: string): Promise<boolean> {
  const entry = pid === null ? null : await readNodeProcess(pid);
  if (entry === null) return false;
  const port = Number(/:(\d+)$/.exec(address)?.[1]);
  return entry.ports?.includes(port) ?? (await findInspector(entry))?.port === port;
}
