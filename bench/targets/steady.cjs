// A healthy server: each request is a little JSON work across a few promises, and nothing blocks.
const http = require('node:http');

const rows = Array.from({ length: 600 }, (_, id) => ({
  id,
  name: `row ${id}`,
  price: id * 1.5,
  tags: ['a', 'b'],
}));
const priceOf = async (row) => ({ ...row, price: Math.round(row.price * 110) / 100 });

const server = http.createServer(async (request, response) => {
  const priced = await Promise.all(rows.map(priceOf));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(priced.filter((row) => row.price > 3)));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`ready {"port":${server.address().port}}`));
