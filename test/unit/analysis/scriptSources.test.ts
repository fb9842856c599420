import { expect, test } from 'vitest';
import { ScriptSources } from '../../../src/analysis/source/scriptSources.ts';

const built = {
  '/shop/dist/server.js': 'work();\n//# sourceMappingURL=server.js.map',
  '/shop/dist/server.js.map': '{"version":3,"sources":["../src/server.ts"],"names":[],"mappings":"AAAA"}',
};

/** Where the source of the built script is taken to be, with these files on the disk besides it. */
function placeWith(files: Readonly<Record<string, string>>): string | undefined {
  const disk = new Map(Object.entries({ ...built, ...files }));
  const read = (path: string) => {
    const text = disk.get(path);
    return text === undefined ? undefined : { path, text };
  };
  const sources = new ScriptSources({ read }, [], [{ remote: '/shop/src', local: '/checkout' }]);
  return sources.original('file:///shop/dist/server.js', { line: 0, column: 0 })?.path;
}

test('A source that is not where its map says is looked for where a mapping says', () => {
  expect(placeWith({ '/checkout/server.ts': 'work();' })).toBe('/checkout/server.ts');
  expect(placeWith({ '/checkout/server.ts': 'other();', '/shop/src/server.ts': 'work();' })).toBe(
    '/shop/src/server.ts',
  );
});
