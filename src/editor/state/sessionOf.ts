import { isActive, pidOf, type Asked, type Session } from './session.ts';

/** The session that already records a target; null if there is none. A session that waits has lost its process. */
export function sessionOf(sessions: readonly Session[], asked: Asked): Session | null {
  const records = (session: Session): boolean =>
    isActive(session) &&
    session.phase !== 'waiting' &&
    (isSameInspector(session, asked) || isSameProcess(session, asked));
  return sessions.findLast(records) ?? null;
}

const isSameInspector = (session: Session, { target }: Asked): boolean => {
  const own = session.address ?? addressOf(session.asked);
  return own !== null && target.kind !== 'pid' && hostOf(own) === hostOf(target.address);
};

/** A pid says something on this machine only. */
const isSameProcess = (session: Session, { pid }: Asked): boolean =>
  pid !== null && pid === pidOf(session) && hostOf(session.address ?? 'localhost:').startsWith('localhost:');

const addressOf = (asked: Asked | null): string | null =>
  asked === null || asked.target.kind === 'pid' ? null : asked.target.address;

/** Host and port of an address, which only one inspector can have: `localhost:9229` for `ws://127.0.0.1:9229/1f-2e`. */
const hostOf = (address: string): string =>
  address
    .replace(/^wss?:\/\//, '')
    .replace(/\/.*$/s, '')
    .replace(/^(?:127\.0\.0\.1|\[::1\])(?=:)/, 'localhost');
