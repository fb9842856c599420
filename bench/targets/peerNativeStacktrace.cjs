// Preloaded into the target: a watchdog thread takes the main thread's stack once it has not been seen for the threshold.
const { appendFileSync } = require('node:fs');
const { isMainThread, Worker } = require('node:worker_threads');
const {
  captureStackTrace,
  getThreadsLastSeen,
  registerThread,
  threadPoll,
} = require('@sentry-internal/node-native-stacktrace');

const now = () => Number(process.hrtime.bigint() / 1000n);
const thresholdMs = 50;
const everyMs = 10;

if (isMainThread) {
  registerThread();
  setInterval(threadPoll, everyMs).unref();
  new Worker(__filename).unref();
} else {
  // Again and again while it lasts: one long absence may be several blocks.
  let takenUs = 0;
  setInterval(() => {
    const atUs = now();
    const isBlocked = (getThreadsLastSeen()['0'] ?? 0) > thresholdMs;
    if (!isBlocked || atUs - takenUs < thresholdMs * 1000) return;
    takenUs = atUs;
    const frames = (captureStackTrace()['0']?.frames ?? []).map(({ function: name, lineno }) => ({
      function: name,
      line: lineno,
    }));
    appendFileSync(process.env.OFFLOOP_PEER_LOG, `${JSON.stringify({ atUs, ms: null, frames })}\n`);
  }, everyMs);
}
