const { mkdirSync, rmSync, writeFileSync } = require('node:fs');
const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
rmSync('data', { recursive: true, force: true });
for (let at = 0; at < 4_000; at += 1) {
  mkdirSync(`data/d${at % 60}`, { recursive: true });
  writeFileSync(`data/d${at % 60}/f${at}.txt`, text(at % 25 === 0 ? 20_000 : 50, at));
}
