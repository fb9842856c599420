import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  commandIds,
  contextKeys,
  innerCommandIds,
  settingNames,
  treeContexts,
  viewIds,
} from '../../../src/editor/ids.ts';

interface Item {
  readonly command?: string;
  readonly view?: string;
  readonly when?: string;
  readonly enablement?: string;
  readonly contents?: string;
}

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly capabilities: unknown;
  readonly contributes: {
    readonly commands: readonly Item[];
    readonly menus: Readonly<Record<string, readonly Item[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string }[] };
    readonly viewsWelcome: readonly Item[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}

const manifest = JSON.parse(
  await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
) as Manifest;
const texts = JSON.parse(
  await readFile(new URL('../../../package.nls.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;

/** A text of the manifest as a user reads it. */
const read = (text: string): string => text.replace(/^%(.+)%$/, (whole, key: string) => texts[key] ?? whole);

const { commands, menus, views, viewsContainers, viewsWelcome, configuration } = manifest.contributes;
const items = [...commands, ...Object.values(menus).flat(), ...viewsWelcome];

describe('the manifest of the extension', () => {
  it('contributes the commands that the code registers, and no inner one', () => {
    expect(commands.map(({ command }) => command).sort()).toEqual(Object.values(commandIds).sort());
    const inner = new Set<string | undefined>(Object.values(innerCommandIds));
    expect(items.filter(({ command }) => inner.has(command))).toEqual([]);
  });

  it('names commands that it contributes in menus and welcome texts', () => {
    const named = items.flatMap(({ command, contents = '' }) => [
      ...(command === undefined ? [] : [command]),
      ...[...read(contents).matchAll(/\(command:(offloop[^)]+)\)/g)].map(([, id]) => id),
    ]);
    const known = new Set<string | undefined>(Object.values(commandIds));
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  it('contributes the views that the code fills', () => {
    expect(viewsContainers.activitybar.map(({ id }) => id)).toEqual([viewIds.container]);
    expect(Object.keys(views)).toEqual([viewIds.container]);
    expect(Object.values(views).flat()).toMatchObject([{ id: viewIds.sessions }]);
  });

  it('contributes the settings that the code reads', () => {
    const names = Object.values(settingNames).map((name) => `offloop.${name}`);
    expect(Object.keys(configuration.properties).sort()).toEqual(names.sort());
  });

  it('asks in conditions for what the code sets', () => {
    const known = new Set<string>([
      ...Object.values(viewIds),
      ...Object.values(contextKeys),
      ...Object.values(treeContexts),
    ]);
    const conditions = items.flatMap(({ when = '', enablement = '' }) => [when, enablement]);
    const asked = conditions.flatMap((condition) => condition.match(/offloop(?:\.[a-zA-Z]+)+/g) ?? []);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });

  it('takes every text that a user reads from package.nls.json, which holds no other', () => {
    const readable = /^(?:title|name|contents|description|markdownDescription|enumDescriptions)$/;
    const asked = new Set<string>();
    const literal: string[] = [];
    const visit = (value: unknown, key: string): void => {
      if (typeof value === 'string') {
        const [, name] = /^%(.+)%$/.exec(value) ?? [];
        if (name !== undefined) asked.add(name);
        // The name of the product is the same in every language.
        else if (readable.test(key) && value !== 'Offloop') literal.push(value);
      } else if (Array.isArray(value)) for (const item of value) visit(item, key);
      else if (typeof value === 'object' && value !== null)
        for (const [name, item] of Object.entries(value)) visit(item, name);
    };
    visit(manifest.contributes, '');
    visit(manifest.capabilities, '');
    expect(literal).toEqual([]);
    expect([...asked].sort()).toEqual(Object.keys(texts).sort());
  });

  it('types the editor by the oldest version it runs in', () => {
    expect(`^${manifest.devDependencies['@types/vscode'] ?? ''}`).toBe(manifest.engines.vscode);
  });
});
