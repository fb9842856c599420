// A program whose worker thread blocks itself, not the main thread.
const { Worker, isMainThread } = require('node:worker_threads');
function inWorker() {
  const end = Date.now() + 90;
  while (Date.now() < end);
}
if (isMainThread) {
  const worker = new Worker(__filename).once('online', () => console.log('up'));
  globalThis.endWorker = () => worker.terminate().then(() => console.log('terminated'));
} else {
  setInterval(inWorker, 120);
}
