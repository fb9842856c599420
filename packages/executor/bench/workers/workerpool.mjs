import workerpool from 'workerpool';
import { busyFor, plusOne } from './tasks.mjs';

workerpool.worker({ plusOne, busyFor });
