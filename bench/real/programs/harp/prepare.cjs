const { writeFileSync } = require('node:fs');
const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const sections = Array.from(
  { length: 1_500 },
  (_, at) =>
    `## Section ${at}\n\n${text(40, at)} **${text(3, at)}** and \`${text(2, at)}\` [link](https://example.org/${at})\n\n- ${text(8)}\n- ${text(9)}\n`,
);
writeFileSync('site/big.md', `# Page\n\n${sections.join('\n')}`);
const rule = (at) => `.a${at} { color: darken(#336699, ${at % 20}%); .b { margin: ${at % 9}px; } }`;
writeFileSync('site/main.scss', Array.from({ length: 1_500 }, (_, at) => rule(at)).join('\n'));
