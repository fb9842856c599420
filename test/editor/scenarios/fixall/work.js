const { pbkdf2Sync } = require('node:crypto');
const http = require('node:http');

class Session {
  constructor(user) {
    this.key = pbkdf2Sync(user, 'session', 200_000, 32, 'sha512');
  }
}

async function login(request, response) {
  const key = pbkdf2Sync('password', 'salt', 200_000, 64, 'sha512');
  response.end(key.toString('hex'));
}

async function again(request, response) {
  const key = pbkdf2Sync('other', 'salt', 200_000, 64, 'sha512');
  response.end(key.toString('hex'));
}

const server = http.createServer((request, response) => {
  if (request.url === '/login') login(request, response);
  else if (request.url === '/again') again(request, response);
  else response.end(new Session('ada').key.toString('hex'));
});
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
