import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The same numbers in every run, so that every answer of the shop is the same in every run. */
function numbersFrom(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const next = numbersFrom(42);
const pick = (list) => list[next(list.length)];

const adjectives = ['amber', 'brisk', 'cosy', 'dapper', 'elder', 'früh', 'gentle', 'hazel', 'ivory', 'jolly'];
const things = [
  'apron',
  'basket',
  'candle',
  'drawer',
  'easel',
  'flask',
  'goblet',
  'hammock',
  'inkwell',
  'jug',
];

const makeProduct = (id) => ({
  id,
  name: `${pick(adjectives)} ${pick(things)} ${next(100_000)}`,
  cents: 100 + next(90_000),
  tags: [pick(adjectives), pick(things)],
  stock: { warehouse: next(9), shelf: `${String.fromCharCode(65 + next(26))}${next(40)}` },
});

const makeOrder = (id) => ({
  id,
  customer: next(5_000),
  product: next(20_000),
  cents: 100 + next(90_000),
  day: next(365),
});

const listOf = (length, make) => Array.from({ length }, (_, index) => make(index));

export const products = listOf(200_000, makeProduct);
export const productNames = products.map(({ name }) => name);
export const orders = listOf(130_000, makeOrder);
export const recentOrders = orders.slice(-20_000);
export const catalogText = JSON.stringify(products.slice(0, 130_000));
export const ordersCsv = orders.map((order) => Object.values(order).join(',')).join('\n');
export const pagesHtml = products
  .slice(0, 50_000)
  .map(({ name, cents }) => `<article class="product"><h2>${name}</h2><p>€ ${cents / 100}</p></article>`)
  .join('\n');

/** Files of the shop, in a folder of their own that goes with the process. */
export const dataFolder = mkdtempSync(join(tmpdir(), 'offloop-demo-'));
/** Today's access log and the rotated ones. */
export const accessLogFiles = ['', '.1', '.2'].map((day) => join(dataFolder, `access.log${day}`));
export const visitsFile = join(dataFolder, 'visits.txt');
export const priceListFile = join(dataFolder, 'prices.txt');
export const backupFiles = [0, 1, 2].map((copy) => join(dataFolder, `backup-${copy}.bin`));
/** The photos of each year; all years show the same ones. */
export const photoFolders = ['2023', '2024', '2025'].map((year) => join(dataFolder, 'photos', year));

const logLine = (id) =>
  `10.0.${id % 256}.${next(256)} GET /café/${next(5_000)} ${pick([200, 200, 304, 404, 500])}`;

/** All that a backup has to hold, as bytes. */
export const backup = Buffer.from(listOf(200_000, logLine).join('\n').repeat(10));

writeFileSync(accessLogFiles[0], backup);
for (const rotated of accessLogFiles.slice(1)) linkSync(accessLogFiles[0], rotated);
writeFileSync(visitsFile, listOf(250_000, () => `visitor-${next(40_000)}`).join('\n'));
writeFileSync(
  priceListFile,
  products
    .map(({ name, cents }) => `${name}: € ${cents / 100}\n`)
    .join('')
    .repeat(5),
);
for (let album = 0; album < 45; album++) {
  const folder = join(photoFolders[0], `album-${album}`);
  mkdirSync(join(folder, 'thumbs'), { recursive: true });
  for (let photo = 0; photo < 60; photo++) {
    writeFileSync(join(folder, `${photo}.jpg`), '');
    writeFileSync(join(folder, 'thumbs', `${photo}.jpg`), '');
  }
}

for (const year of photoFolders.slice(1)) symlinkSync(photoFolders[0], year, 'junction');

process.on('exit', () => rmSync(dataFolder, { recursive: true, force: true }));
