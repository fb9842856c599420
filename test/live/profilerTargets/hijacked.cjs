// A program that puts its own things where a profiler could look for Node's.
for (const name of ['profile', 'profileEnd', 'require', 'console', 'setImmediate', 'setInterval']) {
  const original = globalThis[name];
  globalThis[name] = Object.assign(
    (...args) => (typeof original === 'function' ? original(...args) : 'mine'),
    original,
  );
}
process.stdout.write('up\n');
function ownBlock() {
  const end = Date.now() + 80;
  while (Date.now() < end);
}
setTimeout(function again() {
  ownBlock();
  setTimeout(again, 20);
}, 20);
