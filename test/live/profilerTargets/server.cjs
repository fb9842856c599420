// A small HTTP server with a blocking route, started by the live tests of the profiler.
const http = require('node:http');
const crypto = require('node:crypto');

function hashPassword() {
  return crypto.pbkdf2Sync('password', 'salt', 150_000, 32, 'sha512').toString('hex');
}

function spin(ms) {
  const end = Date.now() + ms;
  let rounds = 0;
  while (Date.now() < end) rounds += Math.sqrt(rounds);
  return rounds;
}

const server = http.createServer((request, response) => {
  if (request.url.startsWith('/hash')) response.end(hashPassword());
  else if (request.url.startsWith('/spin')) response.end(String(spin(200)));
  else response.end('ok');
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
