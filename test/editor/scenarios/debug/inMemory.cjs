// Runs hash.ts as loaders of TypeScript do: compiled in memory, here by moving it down, with its map nowhere else.
const { readFileSync } = require('node:fs');
const Module = require('node:module');

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A number as source maps write it. */
function vlq(number) {
  let rest = number < 0 ? (-number << 1) | 1 : number << 1;
  let text = '';
  do {
    text += digits[(rest & 31) | (rest > 31 ? 32 : 0)];
    rest >>= 5;
  } while (rest > 0);
  return text;
}

/** Maps each character of the text to itself. */
function mappingsOf(text) {
  let [line, column] = [0, 0];
  return text.split('\n').map((words, at) =>
    Array.from(words, (_, to) => {
      const segment = [to === 0 ? 0 : 1, 0, at - line, to - column].map(vlq).join('');
      [line, column] = [at, to];
      return segment;
    }).join(','),
  );
}

const file = require.resolve('./hash.ts');
const text = readFileSync(file, 'utf8');
const map = { version: 3, sources: [file], names: [], mappings: `;;;;${mappingsOf(text).join(';')}` };
const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
const compiled = new Module(file);
compiled.filename = file;
compiled._compile(`'use strict';\n\n\n\n${text}\n//# sourceMappingURL=${url}\n`, file);
