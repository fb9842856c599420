import { setTimeout as sleep } from 'node:timers/promises';
import { task } from '@offloop/executor';

const url = import.meta.url;

export const square = task(url, 'soak.worker#square', (value) => value * value);
export const later = task(url, 'soak.worker#later', async (value) => {
  await sleep(value % 3);
  return value;
});
export const reverse = task(url, 'soak.worker#reverse', (bytes) => Buffer.from(bytes).reverse());
export const fail = task(url, 'soak.worker#fail', (value) => {
  throw Object.assign(new RangeError(`no ${value}`), { value });
});
export const exit = task(url, 'soak.worker#exit', () => process.exit(3));
export const crash = task(url, 'soak.worker#crash', () => {
  setImmediate(() => {
    throw new Error('uncaught');
  });
  return new Promise((resolve) => setTimeout(resolve, 60_000));
});
export const spin = task(url, 'soak.worker#spin', () => {
  for (;;);
});
