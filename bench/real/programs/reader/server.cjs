const { readFile } = require('node:fs/promises');
const Koa = require('koa');
const Router = require('@koa/router');
const { JSDOM } = require('jsdom');
const { Readability } = require('@mozilla/readability');

const router = new (Router.default ?? Router)();
router.get('/', (ctx) => {
  ctx.body = 'ready';
});

router.post('/article', async (ctx) => {
  const html = await readFile('page.html', 'utf8');
  const dom = new JSDOM(html, { url: 'https://example.org/' });
  const article = new Readability(dom.window.document).parse();
  ctx.body = { title: article?.title, length: article?.length };
});

const app = new Koa();
app.use(router.routes());
app.listen(Number(process.env.PORT), '127.0.0.1');
