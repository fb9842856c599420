import { readFile } from 'node:fs/promises';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import initSqlJs from 'sql.js';

const SQL = await initSqlJs();
const db = new SQL.Database(await readFile('orders.db'));

const app = new Hono();
app.get('/', (c) => c.text('ready'));

app.post('/query', async (c) => {
  const sql = await c.req.text();
  const results = db.exec(sql);
  return c.json(results);
});

app.get('/export', (c) => {
  const statement = db.prepare('SELECT * FROM orders');
  const lines = [];
  while (statement.step()) lines.push(statement.get().join(','));
  statement.free();
  return c.text(lines.join('\n'));
});

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
