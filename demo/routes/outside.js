import { execFileSync, execSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ratesUrl } from '../ratesService.js';
import { visitsFile } from '../shopData.js';

const fetchText = fileURLToPath(new URL('../fetchText.js', import.meta.url));
export const shellMissing = process.platform === 'win32' ? 'a POSIX shell' : undefined;

/** A price in other currencies, by a request that was made synchronous with a child process. */
export async function convertPrices(query) {
  const euros = Number(query.get('euros') ?? 100);
  const text = execFileSync(process.execPath, [fetchText, ratesUrl], { encoding: 'utf8' }); // block: child-process execFileSync
  return Object.entries(JSON.parse(text)).map(
    ([currency, rate]) => `${(euros * rate).toFixed(2)} ${currency}`,
  );
}

/** How many different people came by. */
export async function countVisitors() {
  const count = execSync(`sort -u "${visitsFile}" | wc -l`, { encoding: 'utf8' }); // block: child-process execSync
  return { visitors: Number(count) };
}
