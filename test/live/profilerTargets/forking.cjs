// Starts a child with an inspector of its own that blocks now and then; does nothing itself.
const { fork } = require('node:child_process');
const { pbkdf2Sync } = require('node:crypto');
const { createServer } = require('node:http');

const childWork = () => pbkdf2Sync('secret', 'salt', 250_000, 64, 'sha512');

if (process.argv[2] === 'child') {
  process.on('disconnect', () => process.exit());
  setInterval(childWork, 300);
  const server = createServer((_, response) => response.end());
  server.listen(0, '127.0.0.1', () => console.log(`child ${process.pid} port ${server.address().port}`));
} else {
  fork(__filename, ['child'], { execArgv: ['--inspect=127.0.0.1:0'] });
}
