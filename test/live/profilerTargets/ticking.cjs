// Lives on ticks: each turn of the loop drains short queues of them. When asked, it says whether they still run.
setImmediate(function turn() {
  for (let at = 0; at < 20; at += 1) process.nextTick(() => {});
  setImmediate(turn);
});
globalThis.tickRuns = () => {
  const never = setTimeout(() => console.log('no tick has run for 3 s'), 3000);
  process.nextTick(() => {
    clearTimeout(never);
    console.log('a tick ran');
  });
};
console.log('ready');
