import { expect, it } from 'vitest';
import { Packages } from '../../../../src/analysis/source/packages.ts';

const familyOf = (own: unknown, other: unknown): boolean => {
  const manifest = (name: string, repository: unknown): string => JSON.stringify({ name, repository });
  const texts: Readonly<Record<string, string>> = {
    '/app/node_modules/server/package.json': manifest('server', own),
    '/app/node_modules/plugin/package.json': manifest('plugin', other),
  };
  const read = (path: string): { path: string; text: string } | undefined => {
    const text = texts[path];
    return text === undefined ? undefined : { path, text };
  };
  const packages = new Packages({ read }, '/app', '/app/node_modules/server/bin/server.js');
  return packages.isOfFamily('/app/node_modules/plugin/index.js');
};

it.each([
  'https://github.com/own/server',
  'git+https://github.com/own/server.git',
  'git://github.com/own/server',
  'ssh://git@github.com/own/server.git',
  'git@github.com:own/server.git',
  'github:own/server',
  'own/server',
  { type: 'git', url: 'https://github.com/Own/server/#main', directory: 'plugins/one' },
])('packages of one repository are a family, however its address is written: %o', (address) => {
  expect(familyOf({ url: 'git://github.com/own/server.git' }, address)).toBe(true);
});

it.each(['https://github.com/own/server-plugin', 'https://gitlab.com/own/server', 'other/server', undefined])(
  'packages of other repositories are none: %o',
  (address) => {
    expect(familyOf('https://github.com/own/server', address)).toBe(false);
  },
);
