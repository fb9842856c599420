const express = require('express');

const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const rows = Array.from({ length: 9_000 }, (_, id) => ({
  id,
  name: text(3, id),
  amount: id * 1.5,
  isPaid: id % 3 === 0,
}));

const app = express();
app.get('/', (req, res) => res.send('ready'));

app.get('/pug', (req, res) => {
  res.render('report.pug', { title: 'Report', rows });
});

app.get('/ejs', (req, res) => {
  res.render('report.ejs', { title: 'Report', rows });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
