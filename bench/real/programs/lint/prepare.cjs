const { readFileSync, writeFileSync } = require('node:fs');
// Published code as input.
writeFileSync('code.txt', readFileSync('node_modules/eslint/lib/rules/indent.js', 'utf8'));
