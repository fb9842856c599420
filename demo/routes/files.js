import fs, { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { accessLogFile, backup, backupFile, photosFolder, priceListFile } from '../shopData.js';

/** What came in last. */
export async function readAccessLog() {
  const log = readFileSync(accessLogFile); // block: sync-io readFileSync
  return { bytes: log.length, last: log.subarray(log.lastIndexOf('\n') + 1).toString() };
}

/** Writes a copy of everything. */
export async function backUp() {
  fs.writeFileSync(backupFile, backup); // block: sync-io writeFileSync
  return { file: basename(backupFile), bytes: backup.length };
}

/** Every photo in every album. */
export async function listPhotos() {
  const entries = readdirSync(photosFolder, { recursive: true }); // block: sync-io readdirSync
  return { photos: entries.filter((entry) => entry.endsWith('.jpg')).length };
}

const priceList = {
  get text() {
    return fs.readFileSync(priceListFile, 'utf8'); // block: sync-io readFileSync
  },
};

/** The price list is read again for every request, by a getter, which cannot wait. */
export function showPriceList() {
  return { characters: priceList.text.length };
}
