// A healthy program: many callbacks, none of them long. Work comes by HTTP (/work?ms=, /promises?ms=), over sockets, WebSockets and
// streams (a message is its milliseconds), and from loops of its own (/loops?way=&count=&ms=&rest=). /truth gives what the
// program itself saw take long, and its clocks.
const { AsyncLocalStorage } = require('node:async_hooks');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const { Transform } = require('node:stream');
const { WebSocketServer } = require('ws');

// Programs with a context per request make Node itself watch every promise.
if (process.argv[2] === 'context') new AsyncLocalStorage().enterWith({});

const nowUs = () => Number(process.hrtime.bigint() / 1000n);
/** Callbacks that the machine stretched to something like a block: no report is wrong that shows them. µs. */
const stretchedUs = 40_000;
const stretched = [];

/** Work of so many ms; what it took beyond that, nobody planned. */
function work(ms) {
  const startUs = nowUs();
  const untilUs = startUs + ms * 1000;
  let sum = 0;
  while (nowUs() < untilUs) for (let round = 0; round < 200; round += 1) sum += Math.sqrt(round);
  note(startUs);
  return sum;
}

function note(startUs) {
  const endUs = nowUs();
  if (endUs - startUs >= stretchedUs) stretched.push({ startUs, endUs });
}

/** The same in many small steps, one promise each. */
async function workInPromises(ms) {
  const startUs = nowUs();
  const untilUs = startUs + ms * 1000;
  while (nowUs() < untilUs) {
    await null;
    for (let round = 0; round < 500; round += 1) Math.sqrt(round);
  }
  note(startUs);
}

let generation = 0;
/** Ways in which a program calls itself again and again; `rest` is what it waits in between, ms. */
const loops = {
  timers: (again, rest) => setTimeout(again, Math.max(1, rest)),
  immediates: (again, rest) => (rest > 0 ? setTimeout(() => setImmediate(again), rest) : setImmediate(again)),
  files: (again, rest) => setTimeout(() => fs.readFile(__filename, again), rest),
};
function startLoops(way, count, ms, rest) {
  const mine = ++generation;
  for (let at = 0; at < count; at += 1) {
    const again = () => {
      if (mine !== generation) return;
      work(ms);
      loops[way](again, rest);
    };
    setTimeout(again, (rest * at) / count);
  }
}

const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const ms = Number(url.searchParams.get('ms'));
  if (url.pathname === '/work') response.end(String(work(ms)));
  else if (url.pathname === '/promises') {
    await workInPromises(ms);
    response.end('done');
  } else if (url.pathname === '/loops') {
    const [count, rest] = ['count', 'rest'].map((name) => Number(url.searchParams.get(name)));
    const way = url.searchParams.get('way');
    if (loops[way]) startLoops(way, count, ms, rest);
    else generation += 1;
    response.end('done');
  } else response.end(JSON.stringify({ stretched, wallMs: Date.now(), atUs: nowUs() }));
});
server.keepAliveTimeout = 60_000;

/** Each message is a line with its ms, and is answered by a line. */
const lineServer = net.createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    work(Number(chunk));
    socket.write('done\n');
  });
});

const streamServer = net.createServer((socket) => {
  socket.setNoDelay(true);
  const worker = new Transform({
    transform(chunk, _encoding, done) {
      work(Number(chunk));
      done(null, 'done\n');
    },
  });
  socket.on('error', () => socket.destroy());
  socket.pipe(worker).pipe(socket);
});

const webSockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
webSockets.on('connection', (socket) => {
  socket.on('error', () => socket.terminate());
  socket.on('message', (data) => {
    work(Number(data));
    socket.send('done');
  });
});

const listening = (one) =>
  new Promise((resolve) => one.listen(0, '127.0.0.1', () => resolve(one.address().port)));
void Promise.all([listening(server), listening(lineServer), listening(streamServer)]).then(
  ([port, sockets, streams]) => {
    console.log(`ready ${JSON.stringify({ port, sockets, streams, webSockets: webSockets.address().port })}`);
  },
);
