// A program whose names and addresses are made to break or mislead whoever shows them.
const http = require('node:http');
const vm = require('node:vm');

const names = [
  '</script><script>alert(1)</script>',
  '../../etc/passwd',
  'line\nbreak',
  'x'.repeat(1_000_000),
];
const block = 'const end = Date.now() + 70; while (Date.now() < end);';
const functions = names.map((name, at) => {
  const run = vm.runInThisContext(
    `(function () { ${block} })\n//# sourceURL=${at === 1 ? '/etc/passwd' : `file:///${'y'.repeat(at * 10_000)}<>.js`}\n//# sourceMappingURL=../../../etc/passwd`,
  );
  Object.defineProperty(run, 'name', { value: name });
  return run;
});
Object.defineProperty(process, 'title', { value: '</script>'.repeat(100_000) });

const server = http.createServer((request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', () => {
  console.log('up');
  const { port } = server.address();
  setInterval(() => {
    for (const run of functions) run();
    http
      .get({ port, path: `/</script>/${'z'.repeat(8_000)}?q=1` }, (response) => response.resume())
      .on('error', () => undefined);
  }, 700);
});
