// A program that outlives the window that watches it: it says in a file where its inspector is, and ends by itself.
const crypto = require('node:crypto');
const fs = require('node:fs');
const inspector = require('node:inspector');

function derive() {
  return crypto.pbkdf2Sync('password', 'salt', 200_000, 64, 'sha512');
}

function check() {
  return crypto.scryptSync('password', 'salt', 64, { N: 2 ** 16, maxmem: 2 ** 28 });
}

inspector.open(0, '127.0.0.1');
fs.writeFileSync('target.new', JSON.stringify({ pid: process.pid, url: inspector.url() }));
fs.renameSync('target.new', 'target.json');
setInterval(derive, 300);
setInterval(check, 500);
setTimeout(() => process.exit(), 240_000);
