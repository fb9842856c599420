import { Identities } from './identity.ts';
import { QueueLink } from './link.ts';
import { Listener, type ListenerSetup } from './listener.ts';
import type { ResolvedOptions } from './options.ts';
import type { Outstanding } from './outstanding.ts';
import { Reconciler } from './reconciler.ts';
import { Sender } from './sender.ts';

// With so many tasks under way a result may come a little later, and many are read for the price of one.
const busyFrom = 16;
const busyPauseMs = 1;

/** What an executor has once it was used. */
export interface Parts {
  readonly link: QueueLink;
  readonly sender: Sender;
  readonly reconciler: Reconciler;
}

/** Connects an executor with Redis: what sends tasks, what hears of their end, and what looks for those that were not heard. */
export function openParts(
  options: ResolvedOptions,
  caller: string,
  outstanding: Outstanding,
  { drop, resend }: Pick<ListenerSetup, 'drop' | 'resend'>,
): Parts {
  const listener = new Listener({
    outstanding,
    onBuildMismatch: options.onBuildMismatch,
    drop,
    resend,
    fetch: (ids) => link.commands.mgetBuffer(ids.map(link.keys.outcome)),
  });
  const link: QueueLink = new QueueLink(
    options,
    caller,
    (entries) => {
      listener.hear(entries);
    },
    () => void reconciler.look(),
    () => (outstanding.size > busyFrom ? busyPauseMs : 0),
  );
  const reconciler = new Reconciler(link.commands, link.keys, outstanding, options.reconcileInterval);
  return {
    link,
    sender: new Sender(link, new Identities(options.build), options, caller),
    reconciler,
  };
}
