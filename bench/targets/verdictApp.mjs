// A server of three routes that asks itself, with work of uneven length: `node verdictApp.mjs <ms>` ends after that time.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { keyOf } from './verdictWork/keys.mjs';
import { totalOf } from './verdictWork/totals.mjs';
import { primesBelow } from './verdictWork/primes.mjs';

/** Work differs from call to call, as real input does: between half and one and a half times the usual. */
const uneven = () => 0.5 + Math.random();
const routes = {
  '/key': () => keyOf(uneven()),
  '/total': () => totalOf(uneven()),
  '/primes': () => primesBelow(uneven()),
};

const server = createServer((request, response) => {
  response.end(String(routes[request.url]()));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();
const until = Date.now() + Number(process.argv[2]);
while (Date.now() < until) {
  for (const route of Object.keys(routes)) await (await fetch(`http://127.0.0.1:${port}${route}`)).text();
}
server.close();
server.closeAllConnections();
