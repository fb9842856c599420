import { readFile } from 'node:fs/promises';
import express from 'express';
import { Jimp } from 'jimp';

const app = express();
app.get('/', (req, res) => res.send('ready'));

app.post('/info', async (req, res) => {
  const data = await readFile('large.png');
  const image = await Jimp.read(data);
  res.json({ width: image.width, height: image.height });
});

app.post('/blur', async (req, res) => {
  const data = await readFile('tiny.png');
  const image = await Jimp.read(data);
  image.gaussian(2);
  res.json({ width: image.width });
});

const blank = new Jimp({ width: 1400, height: 1000, color: 0x336699ff });
for (let at = 0; at < blank.bitmap.data.length; at += 1) if (at % 4 !== 3) blank.bitmap.data[at] = at % 251;

app.post('/save', async (req, res) => {
  const png = await blank.getBuffer('image/png');
  res.type('png').send(png);
});

app.listen(Number(process.env.PORT), '127.0.0.1');
