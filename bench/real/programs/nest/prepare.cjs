const { writeFileSync } = require('node:fs');
const lines = Array.from({ length: 3_000 }, (_, at) => ({
  sku: `sku-${at}`,
  count: (at % 9) + 1,
  note: `note ${at}`,
}));
writeFileSync('orders.json', JSON.stringify({ customer: 'someone', lines }));
