// Preloaded into the target: blocked-at reports each callback that ran longer than the threshold.
const { appendFileSync } = require('node:fs');
const blocked = require('blocked-at');

const now = () => Number(process.hrtime.bigint() / 1000n);

blocked(
  (ms, stack) => {
    const frames = stack.map((text) => {
      const [, name, line] = /at (?:async )?(?:(\S+) \()?.*?:(\d+):\d+\)?$/.exec(text) ?? [];
      return { function: name ?? '', line: Number(line ?? 0) };
    });
    appendFileSync(process.env.OFFLOOP_PEER_LOG, `${JSON.stringify({ atUs: now(), ms, frames })}\n`);
  },
  { threshold: 50 },
);
