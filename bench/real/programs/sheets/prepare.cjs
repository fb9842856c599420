const { writeFileSync } = require('node:fs');
const XLSX = require('xlsx');
const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const rows = Array.from({ length: 4_000 }, (_, id) => ({
  id,
  name: text(3, id),
  amount: id * 1.5,
  isPaid: id % 3 === 0,
}));
const book = XLSX.utils.book_new();
XLSX.utils.book_append_sheet(book, XLSX.utils.json_to_sheet(rows), 'Rows');
writeFileSync('rows.xlsx', XLSX.write(book, { type: 'buffer' }));
