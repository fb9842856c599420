import * as zlib from 'node:zlib';
import { brotliCompressSync, constants } from 'node:zlib';
import { ordersCsv, pagesHtml } from '../shopData.js';

/** All orders as a compressed table. */
export async function downloadOrders() {
  return zlib.gzipSync(ordersCsv); // block: compression gzipSync
}

/** All product pages, compressed for slow connections. */
export async function downloadPages() {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 8 };
  return brotliCompressSync(pagesHtml, { params }); // block: compression brotliCompressSync
}
