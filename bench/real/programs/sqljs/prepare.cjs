const { existsSync, writeFileSync } = require('node:fs');
const initSqlJs = require('sql.js');
if (!existsSync('orders.db'))
  initSqlJs().then((SQL) => {
    const db = new SQL.Database();
    db.run('CREATE TABLE orders (id INTEGER PRIMARY KEY, kind TEXT, amount REAL)');
    db.run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO orders SELECT i, 'kind' || (i % 40), i * 1.5 FROM n",
    );
    writeFileSync('orders.db', db.export());
  });
