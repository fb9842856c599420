const express = require('express');
const { engine } = require('express-handlebars');
const hljs = require('highlight.js');
const markdownIt = require('markdown-it');

const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const rows = Array.from({ length: 40_000 }, (_, id) => ({
  id,
  name: text(3, id),
  amount: id * 1.5,
  isPaid: id % 3 === 0,
}));

const md = markdownIt({
  linkify: true,
  typographer: true,
  highlight: (code, language) => hljs.highlight(code, { language }).value,
});

const app = express();
app.engine('handlebars', engine({ defaultLayout: false }));
app.set('view engine', 'handlebars');
app.use(express.text({ limit: '10mb' }));
app.get('/', (req, res) => res.send('ready'));

app.post('/markdown', (req, res) => {
  const html = md.render(req.body);
  res.send(html);
});

app.get('/page', (req, res) => {
  res.render('list', { title: 'List', rows });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
