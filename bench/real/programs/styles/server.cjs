const express = require('express');
const less = require('less');
const postcss = require('postcss');
const cssnano = require('cssnano');
const sass = require('sass');

const app = express();
app.use(express.text({ limit: '10mb' }));
app.get('/', (req, res) => res.send('ready'));

app.post('/sass', async (req, res) => {
  const { css } = await sass.compileStringAsync(req.body, { logger: sass.Logger.silent });
  res.json({ length: css.length });
});

app.post('/less', async (req, res) => {
  const { css } = await less.render(req.body);
  res.json({ length: css.length });
});

app.post('/cssnano', async (req, res) => {
  const { css } = await postcss([cssnano]).process(req.body, { from: undefined });
  res.json({ length: css.length });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
