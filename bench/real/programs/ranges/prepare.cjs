const { writeFileSync } = require('node:fs');
writeFileSync('range.json', JSON.stringify({ range: `>=1.2.{n} ${' '.repeat(14_000)}<2` }));
