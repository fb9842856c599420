import type { App } from '../app.ts';
import type { Session } from '../state/session.ts';

/** Says in one message what came of a command, and shows its session. */
export async function showResult(
  app: Pick<App, 'notices' | 'reveal'>,
  session: Session,
  text: string,
): Promise<Session> {
  app.notices.info(text);
  await app.reveal(session);
  return session;
}
