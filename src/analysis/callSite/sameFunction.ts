import type { LiveFrame } from '../source/nodeSources.ts';
import type { CallFrame } from '../../recording/recording.ts';

/** Function names and urls as both kinds of stack write them. */
export const urlOfLive = (url: string): string => (url.startsWith('/') ? `file://${encodeURI(url)}` : url);

/** Whether a frame of a profile and one of a live stack are of the same function, as far as names tell. */
export function isSameFunction({ functionName, url }: CallFrame, live: LiveFrame): boolean {
  const short = (name: string): string => name.split('.').at(-1) ?? name;
  return urlOfLive(url) === urlOfLive(live.url) && short(functionName) === short(live.functionName);
}
