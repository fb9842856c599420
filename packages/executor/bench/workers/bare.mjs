import { parentPort } from 'node:worker_threads';
import { busyFor, plusOne } from './tasks.mjs';

const tasks = { plusOne, busyFor };
parentPort.on('message', ({ id, name, args }) => {
  parentPort.postMessage({ id, result: tasks[name](...args) });
});
