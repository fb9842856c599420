const { mkdirSync, writeFileSync } = require('node:fs');
const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
mkdirSync('wiki/tiddlers', { recursive: true });
const plugins = ['tiddlywiki/tiddlyweb', 'tiddlywiki/filesystem'];
writeFileSync(
  'wiki/tiddlywiki.info',
  JSON.stringify({ plugins, themes: ['tiddlywiki/vanilla', 'tiddlywiki/snowwhite'] }),
);
for (let id = 0; id < 400; id += 1)
  writeFileSync(`wiki/tiddlers/page${id}.tid`, `title: Page ${id}\n\n${text(300, id)}`);
