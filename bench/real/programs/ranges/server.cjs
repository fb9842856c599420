const Koa = require('koa');
const { bodyParser } = require('@koa/bodyparser');
const Router = require('@koa/router');
const semver = require('semver');

const router = new (Router.default ?? Router)();
router.get('/', (ctx) => {
  ctx.body = 'ready';
});

router.post('/range', (ctx) => {
  const valid = semver.validRange(ctx.request.body.range);
  ctx.body = { valid };
});

const app = new Koa();
app.use(bodyParser());
app.use(router.routes());
app.listen(Number(process.env.PORT), '127.0.0.1');
