const { readFileSync } = require('node:fs');

module.exports = async function load(name) {
  return readFileSync(name, 'utf8');
};
