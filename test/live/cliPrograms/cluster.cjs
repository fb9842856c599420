// Two workers that hash now and then; the primary has nothing to do.
const cluster = require('node:cluster');
const { pbkdf2Sync } = require('node:crypto');

function hash() {
  return pbkdf2Sync('secret', 'salt', 250_000, 64, 'sha512');
}

if (cluster.isPrimary) for (let worker = 0; worker < 2; worker += 1) cluster.fork();
else setInterval(hash, 500);
