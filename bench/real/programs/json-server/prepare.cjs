const { writeFileSync } = require('node:fs');
const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const posts = Array.from({ length: 40_000 }, (_, id) => ({
  id,
  title: text(6, id),
  body: text(50, id),
  author: id % 50,
}));
writeFileSync('db.json', JSON.stringify({ posts }));
