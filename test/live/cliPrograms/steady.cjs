// Blocks for about 80 ms five times a second, and says when each round is done.
const { pbkdf2Sync } = require('node:crypto');

function work() {
  pbkdf2Sync('secret', 'salt', 90_000, 64, 'sha512');
  console.log('round');
}

setInterval(work, 200);
console.log('ready');
