import { setTimeout as delay } from 'node:timers/promises';
import type { AnnouncedProcess, LaunchedProgram } from '../targets/launch.ts';
import type { Successors } from './successors.ts';

const lookEveryMs = 50;

/**
 * The later processes of a program that we launched, until its command ends: a watcher restarts it, a script starts one
 * program after the other. They announce themselves.
 */
export function announcedProcesses(program: LaunchedProgram): Successors {
  const announced: AnnouncedProcess[] = [];
  const stopListening = program.onProcess((started) => announced.push(started));
  let hasEnded = false;
  void program.exited.then(() => (hasEnded = true));
  return {
    next: async ({ recorded, attach, signal }) => {
      while (!hasEnded && !signal.aborted) {
        const next = announced.shift();
        if (next === undefined) {
          // Its end, by abort or not, is looked at above.
          await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
        } else if (!recorded.has(next.pid)) {
          const attached = await attach({ target: next.webSocketUrl, ownsInspector: next.openedByUs });
          // A process that cannot be attached to is gone already.
          if (attached.ok) return attached.value;
        }
      }
      return null;
    },
    [Symbol.dispose]: stopListening,
  };
}
