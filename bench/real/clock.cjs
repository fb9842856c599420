// Loaded into a program, without a profiler: notes how long the loop is held up, and how long the calls take around which
// the bench has put `process.realClock(id, () => call)`. One line of JSON for each, in the file of REAL_CLOCK.
const { appendFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const file = process.env.REAL_CLOCK;
const wall = () => performance.timeOrigin + performance.now();
const note = (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`);
const tickMs = 5;
const leastMs = 40;
/** Calls that are shorter are added up until the loop turns: noting each of them would hold it up. */
const shortMs = 1;
const short = new Map();

/** What is no promise may begin only when it is listened to: then the program's own listener tells when it is done. */
function listenTo(value, waited) {
  const { then } = value;
  const noting = (listener) => (result) => {
    waited();
    return listener?.(result);
  };
  value.then = (resolve, reject) => then.call(value, noting(resolve), noting(reject));
}

process.realClock = (id, call) => {
  const from = wall();
  const done = () => {
    const to = wall();
    if (to - from >= shortMs) note({ kind: 'call', id, from, to });
    else short.set(id, (short.get(id) ?? 0) + to - from);
  };
  try {
    const value = call();
    if (typeof value?.then !== 'function') {
      done();
      return value;
    }
    done();
    const waited = () => note({ kind: 'wait', id, from, to: wall() });
    // A second listener: what the program gets is what the call gave.
    if (value instanceof Promise) value.then(waited, waited);
    else listenTo(value, waited);
    return value;
  } catch (error) {
    done();
    throw error;
  }
};

if (isMainThread) {
  let last = wall();
  setInterval(() => {
    const now = wall();
    for (const [id, ms] of short) note({ kind: 'short', id, ms, from: last, to: now });
    short.clear();
    if (now - last - tickMs >= leastMs) note({ kind: 'delay', from: last, to: now });
    last = now;
  }, tickMs).unref();
}
