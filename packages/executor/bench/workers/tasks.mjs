/** The smallest task: what is measured is the way there and back. */
export function plusOne(value) {
  return value + 1;
}

/** Keeps a core busy for some milliseconds. */
export function busyFor(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
  return ms;
}
