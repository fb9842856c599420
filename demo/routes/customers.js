import { orders } from '../shopData.js';

/** node:sqlite came with Node 22.5, at first behind a flag. */
const sqlite = await import('node:sqlite').catch(() => null);
export const databaseMissing = sqlite === null ? 'node:sqlite, which Node has since 22.13' : undefined;

const database = sqlite === null ? null : openDatabase(sqlite.DatabaseSync);

function openDatabase(DatabaseSync) {
  const opened = new DatabaseSync(':memory:');
  opened.exec(
    'CREATE TABLE orders (id INTEGER, customer INTEGER, product INTEGER, cents INTEGER, day INTEGER)',
  );
  const insert = opened.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?)');
  opened.exec('BEGIN');
  for (const { id, customer, product, cents, day } of orders) {
    insert.run(id, customer, product, cents, day);
  }
  opened.exec('COMMIT');
  return opened;
}

const byRevenue = `
  SELECT customer, sum(cents) AS cents, count(DISTINCT day) AS days, count(DISTINCT product) AS products
  FROM orders GROUP BY customer ORDER BY cents DESC, customer LIMIT 10`;

/** The ten best customers. */
export async function customersByRevenue() {
  const statement = database.prepare(byRevenue);
  return statement.all(); // block: database all
}
