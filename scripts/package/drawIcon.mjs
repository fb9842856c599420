// Draws media/icon.png (the gallery wants a bitmap) from icon.svg: node scripts/package/drawIcon.mjs
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { launchBrowser } from '../host/browser.mjs';

const SIDE = 256;
const svg = await readFile(path.join(import.meta.dirname, 'icon.svg'), 'utf8');
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: SIDE, height: SIDE } });
  await page.setContent(
    `<style>body { margin: 0; background: transparent } svg { display: block }</style>${svg}`,
  );
  const file = path.resolve(import.meta.dirname, '..', '..', 'media', 'icon.png');
  await page.screenshot({ path: file, omitBackground: true });
  console.log(file);
} finally {
  await browser.close();
}
