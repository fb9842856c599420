const { writeFileSync } = require('node:fs');
const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const rows = Array.from({ length: 1_500 }, (_, at) => `<tr><td>${at}</td><td>${text(6, at)}</td></tr>`).join(
  '\n',
);
writeFileSync('page.html', `<html><body><table>${rows}</table></body></html>`);
