const { readFile } = require('node:fs/promises');
const express = require('express');
const ExcelJS = require('exceljs');
const XLSX = require('xlsx');

const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const rows = Array.from({ length: 8_000 }, (_, id) => ({
  id,
  name: text(3, id),
  amount: id * 1.5,
  isPaid: id % 3 === 0,
}));

const app = express();
app.get('/', (req, res) => res.send('ready'));

app.get('/export', (req, res) => {
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, XLSX.utils.json_to_sheet(rows), 'Rows');
  const file = XLSX.write(book, { type: 'buffer', bookType: 'xlsx' });
  res.send(file);
});

app.post('/import', async (req, res) => {
  const data = await readFile('rows.xlsx');
  const book = XLSX.read(data);
  res.json({ sheets: book.SheetNames });
});

app.get('/report', async (req, res) => {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('Rows');
  sheet.columns = ['id', 'name', 'amount'].map((key) => ({ header: key, key }));
  sheet.addRows(rows.slice(0, 3_000));
  const file = await book.xlsx.writeBuffer();
  res.send(Buffer.from(file));
});

app.post('/load', async (req, res) => {
  const book = new ExcelJS.Workbook();
  const data = await readFile('rows.xlsx');
  await book.xlsx.load(data);
  res.json({ sheets: book.worksheets.length });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
