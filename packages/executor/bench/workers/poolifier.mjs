import { ThreadWorker } from 'poolifier';
import { busyFor, plusOne } from './tasks.mjs';

export default new ThreadWorker({ plusOne: (data) => plusOne(data), busyFor: (data) => busyFor(data) });
