const { writeFileSync } = require('node:fs');
const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const rows = Array.from({ length: 20_000 }, (_, at) => `<tr><td>${at}</td><td>${text(6, at)}</td></tr>`).join(
  '\n',
);
writeFileSync(
  'mail.eml',
  `From: a@example.org\nTo: b@example.org\nSubject: Report\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><body><table>${rows}</table></body></html>\n`,
);
