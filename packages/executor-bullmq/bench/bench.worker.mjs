import { task } from '@offloop/executor';

/** As little as a task can do, so that what is measured is the way there and back. */
export const double = task(import.meta.url, 'bench.worker#double', (value) => value * 2);
