const { writeFileSync } = require('node:fs');
const fields = Array.from({ length: 400 }, (_, at) => `f${at % 3}: title`).join(' ');
writeFileSync('aliases.json', JSON.stringify({ query: `{ books { ${fields} ${fields} } }` }));
