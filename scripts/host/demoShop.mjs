import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './freePort.mjs';

const DEMO = path.resolve(import.meta.dirname, '..', '..', 'demo');
/** Longer than anybody watches. */
const LOAD_SECONDS = 4 * 60 * 60;

/**
 * Copies the demo shop, so that fixes can be tried on it.
 * @param {string} folder where the copy goes
 */
export async function copyDemo(folder) {
  const wanted = (source) => path.basename(source) !== 'node_modules';
  await cp(DEMO, folder, { recursive: true, filter: wanted });
}

/**
 * Starts the demo shop of a folder under a watcher, its inspector open on a free port. It restarts, on the same
 * HTTP port, when one of its files is saved.
 * @param {string} folder
 * @param {{ node?: string, watch?: boolean }} [options]
 */
export async function startDemo(folder, { node = process.execPath, watch = true } = {}) {
  const port = await freePort();
  const args = [
    ...(watch ? ['--watch', '--watch-preserve-output'] : []),
    '--inspect=127.0.0.1:0',
    'server.js',
  ];
  const child = spawn(node, args, {
    cwd: folder,
    env: { ...process.env, PORT: String(port), NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const shop = new DemoShop(child, `http://127.0.0.1:${String(port)}`);
  await shop.restarted(0);
  return shop;
}

/** A running demo shop. */
class DemoShop {
  /** Where each run of the shop listened for inspectors, oldest first. */
  inspectors = [];
  #starts = 0;
  #child;
  #load;
  #said = [];
  #waiting = new Set();

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} url
   */
  constructor(child, url) {
    this.#child = child;
    this.url = url;
    createInterface({ input: child.stdout }).on('line', (line) => this.#read(line));
    createInterface({ input: child.stderr }).on('line', (line) => this.#read(line));
    child.once('exit', () => this.#look());
  }

  /** How often the shop has come up. */
  get starts() {
    return this.#starts;
  }

  /** The process that was started: the watcher, or the shop itself without one. */
  get pid() {
    return this.#child.pid;
  }

  /**
   * Waits until the shop has come up more often than `before`.
   * @param {number} before
   */
  async restarted(before) {
    while (this.#starts <= before) {
      if (this.#child.exitCode !== null) throw new Error(`The demo ended:\n${this.#said.join('\n')}`);
      await new Promise((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Puts steady load on all routes until the shop is stopped. */
  startLoad() {
    const args = ['load.mjs', this.url, '--seconds', String(LOAD_SECONDS)];
    this.#load = spawn(process.execPath, args, { cwd: DEMO, stdio: 'ignore' });
  }

  /** Ends the shop and its load. */
  async stop() {
    for (const child of [this.#load, this.#child]) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  }

  /** @param {string} line */
  #read(line) {
    this.#said.push(line);
    const inspector = /Debugger listening on (ws:\/\/\S+)/.exec(line)?.[1];
    if (inspector !== undefined) this.inspectors.push(inspector);
    if (line.startsWith('Demo shop listening')) this.#starts += 1;
    this.#look();
  }

  #look() {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
