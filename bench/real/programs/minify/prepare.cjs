const { readFileSync, writeFileSync } = require('node:fs');
// Published code as input.
writeFileSync('code.txt', readFileSync('node_modules/@babel/types/lib/definitions/core.js', 'utf8'));
