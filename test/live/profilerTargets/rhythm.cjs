// Blocks of the lengths given as arguments (ms), one after the other with rests between, and keeps a record of them in
// globalThis.planted: [start, end] in us of process.hrtime.
const lengths = process.argv.slice(2).map(Number);
const nowUs = () => Number(process.hrtime.bigint() / 1000n);
globalThis.planted = [];
let next = 0;
function blockFor(ms) {
  const startUs = nowUs();
  while (nowUs() < startUs + ms * 1000);
  globalThis.planted.push([startUs, nowUs()]);
}
setInterval(() => {
  if (globalThis.planted.length < 400) blockFor(lengths[next++ % lengths.length]);
}, 45);
console.log('up');
