// Has a child without an inspector that blocks now and then; does nothing itself.
const { fork } = require('node:child_process');
const { pbkdf2Sync } = require('node:crypto');

if (process.argv[2] === 'child') {
  process.on('disconnect', () => process.exit());
  setInterval(() => pbkdf2Sync('secret', 'salt', 100_000, 64, 'sha512'), 300);
} else {
  const child = fork(__filename, ['child'], { execArgv: [] });
  child.on('spawn', () => console.log(`child ${child.pid}`));
}
