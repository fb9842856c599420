import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
/** A bound for what never happens. */
const LIMIT_MS = 60_000;

/**
 * Waits until a question is answered with something other than undefined, null or false.
 * @template T
 * @param {string} what the sentence of the error
 * @param {() => T | Promise<T>} ask
 * @param {number} [limitMs]
 * @returns {Promise<NonNullable<T>>}
 */
export async function eventually(what, ask, limitMs = LIMIT_MS) {
  for (const until = Date.now() + limitMs; ;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > until) throw new Error(`In ${String(limitMs / 1000)} s it did not happen that ${what}.`);
    await delay(POLL_MS);
  }
}
