import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { routes } from './routes.js';

const page = await readFile(new URL('page.html', import.meta.url), 'utf8');

/** What a route gives becomes the answer: text as it is, bytes as a download, anything else as JSON. */
function send(response, status, content) {
  const [type, body] =
    typeof content === 'string'
      ? [content.startsWith('<!doctype') ? 'text/html' : 'text/plain', content]
      : Buffer.isBuffer(content)
        ? ['application/octet-stream', content]
        : ['application/json', JSON.stringify(content)];
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
}

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const route = routes.find(({ path }) => path === pathname);
  try {
    if (pathname === '/') send(response, 200, page);
    else if (pathname === '/ping') send(response, 200, 'pong');
    else if (pathname === '/routes') send(response, 200, routes.map(describe));
    else if (route === undefined) send(response, 404, `There is no ${pathname}.`);
    else if (route.missing) send(response, 501, `${pathname} needs ${route.missing}.`);
    else send(response, 200, await route.handler(searchParams));
  } catch (error) {
    console.error(error);
    send(response, 500, 'Something went wrong; the terminal of the demo says what.');
  }
}

const describe = ({ path, title, missing }) => ({ path, title, missing: missing ?? null });

// Longer than any pause of the load, so that no connection is closed just as it is used again.
const server = createServer({ keepAliveTimeout: 60_000 }, answer);
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`Demo shop listening on http://127.0.0.1:${server.address().port}`);
});

const stop = () => process.exit(0);
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
process.on('disconnect', stop); // whoever started the demo over a channel is gone
