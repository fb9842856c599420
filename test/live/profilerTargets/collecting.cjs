// Makes so many promises at once that most of the time goes to the collector, whose threads share the CPUs with the main
// one. Answers with the ms that passed, and with the CPU time of the whole process in them.
const { createServer } = require('node:http');

const server = createServer(async (_request, response) => {
  const start = performance.now();
  const before = process.cpuUsage();
  const twice = async (value) => {
    await null;
    return value * 2;
  };
  await Promise.all(Array.from({ length: 400_000 }, (_, at) => twice(at)));
  const { user, system } = process.cpuUsage(before);
  response.end(JSON.stringify({ wallMs: performance.now() - start, cpuMs: (user + system) / 1000 }));
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
