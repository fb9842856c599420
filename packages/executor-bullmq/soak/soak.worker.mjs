import { appendFileSync } from 'node:fs';
import { task } from '@offloop/executor';

const url = import.meta.url;

function leaveMark(folder, id) {
  appendFileSync(`${folder}/marks-${process.pid}`, `${id}\n`);
}

/** Leaves its mark in a file of its process, then answers. */
export const mark = task(url, 'soak.worker#mark', (folder, id) => {
  leaveMark(folder, id);
  return id * 2;
});

/** Leaves its mark, then fails. */
export const markAndFail = task(url, 'soak.worker#markAndFail', (folder, id) => {
  leaveMark(folder, id);
  throw Object.assign(new RangeError(`task ${id}`), { id });
});

/** Leaves its mark, then answers with more than an announcement holds. */
export const markLarge = task(url, 'soak.worker#markLarge', (folder, id) => {
  leaveMark(folder, id);
  return Buffer.alloc(5_000, id % 256);
});
