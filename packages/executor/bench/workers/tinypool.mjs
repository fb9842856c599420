export { plusOne, busyFor } from './tasks.mjs';
