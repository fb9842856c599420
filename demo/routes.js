import { createApiKey, login, openSession } from './routes/account.js';
import { backUp, listPhotos, readAccessLog, showPriceList } from './routes/files.js';
import { downloadOrders, downloadPages } from './routes/downloads.js';
import { exportCatalog, importCatalog } from './routes/catalog.js';
import { customersByRevenue, databaseMissing } from './routes/customers.js';
import { convertPrices, countVisitors, shellMissing } from './routes/outside.js';
import { searchProducts, tidyComment } from './routes/search.js';
import { salesReport } from './routes/sales.js';

/** Every route of the shop; `missing` says what this machine lacks for it. */
export const routes = [
  { path: '/login', title: 'Check a password', handler: login },
  { path: '/api-key', title: 'Create an API key', handler: createApiKey },
  { path: '/session', title: 'Open a session', handler: openSession },
  { path: '/access-log', title: 'End of the access log', handler: readAccessLog },
  { path: '/backup', title: 'Write a backup', handler: backUp },
  { path: '/photos', title: 'List all photos', handler: listPhotos },
  { path: '/prices', title: 'Size of the price list', handler: showPriceList },
  { path: '/orders.csv.gz', title: 'Download orders, gzipped', handler: downloadOrders },
  { path: '/pages.br', title: 'Download pages, brotli', handler: downloadPages },
  { path: '/import', title: 'Import a catalog', handler: importCatalog },
  { path: '/export', title: 'Export the catalog', handler: exportCatalog },
  {
    path: '/customers',
    title: 'Customers by revenue (node:sqlite)',
    handler: customersByRevenue,
    missing: databaseMissing,
  },
  { path: '/convert', title: 'Convert prices (HTTP through a child process)', handler: convertPrices },
  { path: '/visitors', title: 'Count visitors (shell)', handler: countVisitors, missing: shellMissing },
  { path: '/comment', title: 'Tidy a comment (regular expression)', handler: tidyComment },
  { path: '/search', title: 'Search products, sorted', handler: searchProducts },
  { path: '/sales', title: 'Sales report', handler: salesReport },
];
