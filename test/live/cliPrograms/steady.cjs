// Blocks for about 150 ms three times a second, and says when each round is done.
const { pbkdf2Sync } = require('node:crypto');

function work() {
  pbkdf2Sync('secret', 'salt', 300_000, 64, 'sha512');
  console.log('round');
}

setInterval(work, 330);
console.log('ready');
