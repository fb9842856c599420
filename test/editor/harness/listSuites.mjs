import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

const EDITOR = path.resolve(import.meta.dirname, '..');
const DEMO = path.resolve(EDITOR, '..', '..', 'demo');
const SUFFIX = '.test.ts';

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} file
 * @property {string | null} again what runs in a second window on the same folder, after the first was closed
 * @property {string} scenario the folder that the suite's window opens a copy of
 */

/**
 * All suites, each with the scenario folder of the same name.
 * @returns {Promise<Suite[]>}
 */
export async function listSuites() {
  const folder = path.join(EDITOR, 'suites');
  const names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).sort();
  return names.map((file) => {
    const name = file.slice(0, -SUFFIX.length);
    const again = path.join(folder, 'again', file);
    return {
      name,
      file: path.join(folder, file),
      again: existsSync(again) ? again : null,
      scenario: scenarioOf(name),
    };
  });
}

/** @param {string} name */
function scenarioOf(name) {
  // `demo.test.ts`, `demo-anything.test.ts`: the demo itself is a scenario, not a copy that could drift.
  if (name === 'demo' || name.startsWith('demo-')) return DEMO;
  const scenario = path.join(EDITOR, 'scenarios', name);
  if (!existsSync(scenario))
    throw new Error(`The suite ${name} has no folder test/editor/scenarios/${name}.`);
  return scenario;
}
