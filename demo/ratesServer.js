import { createServer } from 'node:http';

const rates = { USD: 1.0842, GBP: 0.8571, JPY: 163.92 };

if (!process.connected) process.exit(0); // whoever started it is gone already

const server = createServer((_request, response) => {
  setTimeout(() => response.end(JSON.stringify(rates)), 25);
});
server.listen(0, '127.0.0.1', () => {
  if (process.connected) process.send(server.address().port);
});
process.on('disconnect', () => process.exit(0));
