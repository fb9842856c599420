const { writeFileSync } = require('node:fs');
const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const sections = Array.from(
  { length: 1_500 },
  (_, at) =>
    `## Section ${at}\n\n${text(40, at)} **${text(3, at)}** and \`${text(2, at)}\` [link](https://example.org/${at})\n\n- ${text(8)}\n- ${text(9)}\n`,
);
writeFileSync('big.md', `# Page\n\n${sections.join('\n')}`);
const code = Array.from(
  { length: 900 },
  (_, at) => `const value${at} = compute(${at}, 'text ${at}'); // ${text(4, at)}`,
).join('\n');
writeFileSync('code.md', `# Code\n\n\`\`\`js\n${code}\n\`\`\`\n`);
