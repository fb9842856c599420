const compression = require('compression');
const express = require('express');
const helmet = require('helmet');

const items = Array.from({ length: 40 }, (_, id) => ({ id, name: `item ${id}` }));
const app = express();
app.use(helmet());
app.use(compression());
app.set('view engine', 'ejs');
app.get('/', (req, res) => {
  res.render('page', { items });
});
app.get('/api', (req, res) => {
  res.json(items);
});
app.listen(Number(process.env.PORT), '127.0.0.1');
