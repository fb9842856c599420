// Handles SIGTERM, or would if it ever left its loop.
process.on('SIGTERM', () => process.exit());

function spin() {
  for (let sum = 0; ;) sum = Math.sqrt(sum + 1);
}

setTimeout(spin, 100);
