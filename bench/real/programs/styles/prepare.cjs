const { writeFileSync } = require('node:fs');
const rule = (at) =>
  `.a${at} { color: #${((at * 7919) % 4096).toString(16).padStart(3, '0')}; margin: ${at % 9}px auto; `;
const each = (count, make) => Array.from({ length: count }, (_, at) => make(at)).join('\n');
writeFileSync(
  'style.scss',
  each(
    400,
    (at) => `${rule(at)} .b { width: math.div(${at}px, 3); &:hover { color: darken(#336699, 5%); } } }`,
  ).replace(/^/, '@use "sass:math";\n'),
);
writeFileSync(
  'style.less',
  each(500, (at) => `${rule(at)} .b { width: (${at}px / 3); &:hover { color: darken(#336699, 5%); } } }`),
);
writeFileSync(
  'style.css',
  each(400, (at) => `${rule(at)} } .a${at} .b { padding: 0px 0px 0px 0px; background: rgba(0, 0, 0, 0.5); }`),
);
