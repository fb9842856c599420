import { task } from '@offloop/executor';
import { busyFor, plusOne } from './tasks.mjs';

export const plus = task(import.meta.url, 'tasks.worker#plus', plusOne);
export const busy = task(import.meta.url, 'tasks.worker#busy', busyFor);

/** Parses there and answers with a number: the object never crosses. */
export const countParsed = task(
  import.meta.url,
  'tasks.worker#countParsed',
  (text) => JSON.parse(text).length,
);
