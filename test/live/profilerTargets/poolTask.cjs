// What pooled.mjs runs in the workers of its pools, registered as each of them wants it.
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');
const requirePool = createRequire(join(__dirname, '../../../packages/executor/package.json'));

function burn() {
  const end = Date.now() + 120;
  while (Date.now() < end);
}

async function burnLater() {
  await new Promise((resolve) => setTimeout(resolve, 10));
  burn();
}

module.exports = { burn, burnLater };
if (!isMainThread) {
  const { POOL } = process.env;
  if (POOL === 'workerpool') requirePool('workerpool').worker({ burn });
  if (POOL === 'poolifier') module.exports = new (requirePool('poolifier').ThreadWorker)(burn);
}
