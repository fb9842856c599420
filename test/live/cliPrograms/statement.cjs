// Asks a database in its process, by a statement that is prepared at once or (argument `late`) only when it is first needed. The
// driver is loaded by the program itself. With the argument `cluster` a worker does it.
const cluster = require('node:cluster');

function start() {
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(':memory:');
  const text =
    'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 600000) SELECT SUM(n) FROM c';
  let statement = process.argv.includes('late') ? undefined : database.prepare(text);
  function countRows() {
    statement ??= database.prepare(text);
    return statement.get();
  }
  setInterval(() => countRows(), 250);
  if (!process.argv.includes('runs-on')) setTimeout(() => process.exit(), 4000);
}

if (process.argv.includes('cluster') && cluster.isPrimary) {
  cluster.fork();
  cluster.on('exit', () => process.exit());
} else start();
