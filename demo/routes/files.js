import fs, { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { accessLogFiles, backup, backupFiles, photoFolders, priceListFile } from '../shopData.js';

/** What came in last. */
export async function readAccessLog() {
  let bytes = 0;
  let last = '';
  for (const file of accessLogFiles) {
    const log = readFileSync(file); // block: sync-io readFileSync
    bytes += log.length;
    last ||= log.subarray(log.lastIndexOf('\n') + 1).toString();
  }
  return { bytes, last };
}

/** Writes copies of everything. */
export async function backUp() {
  for (const file of backupFiles) {
    fs.writeFileSync(file, backup); // block: sync-io writeFileSync
  }
  return { files: backupFiles.map((file) => basename(file)), bytes: backup.length };
}

/** Every photo in every album of every year. */
export async function listPhotos() {
  let photos = 0;
  for (const folder of photoFolders) {
    const entries = readdirSync(folder, { recursive: true }); // block: sync-io readdirSync
    photos += entries.filter((entry) => entry.endsWith('.jpg')).length;
  }
  return { photos };
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
