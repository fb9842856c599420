import type { CdpChannel } from '../protocol/cdpConnection.ts';
import { evaluate } from '../protocol/evaluate.ts';

/** It waits for us alone, so it answers at once. */
const timeoutMs = 2_000;

/**
 * Whether a program that waits for us to disconnect had nothing left to do, or exited with code 0. One that exits by name still
 * runs code; where nothing was left to do, Node lets none run any more.
 */
export async function isDone(channel: CdpChannel): Promise<boolean> {
  const code = await evaluate(channel, 'process.exitCode ?? 0', { timeoutMs });
  // An exit code may be set as a string.
  if (code.ok) return String(code.value) === '0';
  return code.error.kind === 'threw' && code.error.message === 'illegal access';
}
