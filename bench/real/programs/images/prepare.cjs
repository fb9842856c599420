const { existsSync, writeFileSync } = require('node:fs');
const { Jimp } = require('jimp');
const noise = (width, height) => {
  const image = new Jimp({ width, height, color: 0x336699ff });
  for (let at = 0; at < image.bitmap.data.length; at += 1)
    if (at % 4 !== 3) image.bitmap.data[at] = (at * 31 + (at >> 5)) & 255;
  return image.getBuffer('image/png');
};
if (!existsSync('tiny.png'))
  Promise.all([noise(1600, 1200), noise(160, 120)]).then(([large, small]) => {
    writeFileSync('large.png', large);
    writeFileSync('tiny.png', small);
  });
