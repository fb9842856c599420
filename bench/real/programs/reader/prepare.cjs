const { writeFileSync } = require('node:fs');
const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const parts = Array.from(
  { length: 250 },
  (_, at) =>
    `<div class="c${at % 7}"><h2>${text(4, at)}</h2><p>${text(40, at)}</p><p>${text(30, at)}, and more</p><a href="/x${at}">${text(2)}</a></div>`,
).join('\n');
writeFileSync('page.html', `<!doctype html><title>Page</title><body><article>${parts}</article></body>`);
