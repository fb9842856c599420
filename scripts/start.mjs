// `npm start`: the demo shop under load, and what Offloop finds in it. Needs a build (dist/cli.js).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist', 'cli.js');
const recordSeconds = 15;
/** The load outlasts the recording by the time that attaching takes, and is told to end when the report is there. */
const loadSeconds = recordSeconds + 20;
/** Only a hang takes this long. */
const atMostMs = 120_000;

if (!existsSync(cli)) {
  console.error('dist/cli.js is missing: run "npm run build" first.');
  process.exit(1);
}

const children = new Set();

/** Starts a Node program in a process group of its own: Ctrl+C reaches it through us alone. */
function start(args, stdio, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio,
    detached: process.platform !== 'win32',
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Ends what still runs. The demo and the load also end by themselves when their channel to us closes. */
function stopChildren() {
  for (const child of children) child.kill('SIGTERM');
}
process.on('exit', stopChildren);

/** The first match in what a stream says, or an error when the program ends without saying it. */
function says(child, stream, pattern) {
  return new Promise((resolve, reject) => {
    const said = [];
    createInterface({ input: stream }).on('line', (line) => {
      const match = pattern.exec(line);
      if (match !== null) resolve(match[1]);
      else if (said.length < 50) said.push(line);
    });
    child.once('exit', () => reject(new Error(`The demo ended before it was ready.\n${said.join('\n')}`)));
  });
}

async function startDemo() {
  const demo = start(['--inspect=127.0.0.1:0', 'demo/server.js'], ['ignore', 'pipe', 'pipe', 'ipc'], {
    PORT: '0',
  });
  const [url, inspector] = await Promise.all([
    says(demo, demo.stdout, /listening on (http:\S+)/),
    says(demo, demo.stderr, /Debugger listening on ws:\/\/([\d.]+:\d+)/),
  ]);
  return { demo, url, inspector };
}

/** Asks every route once, so that caches are warm and the load meets a server in its usual state; says how many. */
async function warmUp(url) {
  const routes = await (await fetch(new URL('/routes', url))).json();
  const ready = routes.filter(({ missing }) => missing === null);
  for (const { path } of ready) await (await fetch(new URL(path, url))).arrayBuffer();
  const absent = routes.filter(({ missing }) => missing !== null);
  if (absent.length === 0) return `${routes.length} routes that block`;
  const why = absent.map(({ path, missing }) => `${path} needs ${missing}`).join('; ');
  return `${ready.length} of ${routes.length} routes that block (${why})`;
}

async function startLoad(url) {
  const load = start(
    ['demo/load.mjs', url, '--seconds', String(loadSeconds)],
    ['ignore', 'pipe', 'inherit', 'ipc'],
  );
  const lines = [];
  createInterface({ input: load.stdout }).on('line', (line) => lines.push(line));
  const ended = once(load, 'exit');
  await Promise.race([
    once(load, 'message'),
    ended.then(() => {
      throw new Error('The load ended before it began.');
    }),
  ]);
  return {
    /** Ends the load and says how it went. */
    async finish() {
      load.kill('SIGTERM');
      await ended;
      return lines;
    },
  };
}

async function main() {
  console.log('Starting the demo shop …');
  const { demo, url, inspector } = await startDemo();
  const routes = await warmUp(url);
  console.log(`${url}: ${routes}, 4 requests a second and /ping 20 times a second`);
  const load = await startLoad(url);
  console.log(`$ offloop attach ${inspector} --duration ${recordSeconds}s\n`);
  const offloop = start([cli, 'attach', inspector, '--duration', `${recordSeconds}s`], 'inherit');
  interrupted = () => offloop.kill('SIGINT');
  const [code] = await once(offloop, 'exit');
  const lines = await load.finish();
  console.log(`\nMeanwhile, from outside: ${lines.join('\n')}`);
  const demoEnded = once(demo, 'exit');
  demo.kill('SIGTERM');
  await demoEnded;
  return code ?? 1;
}

/** Ctrl+C during the recording ends it and prints the report; at any other time, or twice, it ends everything. */
let interrupted = () => process.exit(130);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    const act = interrupted;
    interrupted = () => process.exit(130);
    act();
  });
}
setTimeout(() => {
  console.error(`Gave up after ${atMostMs / 1000} seconds.`);
  process.exit(1);
}, atMostMs).unref();

process.exitCode = await main();
