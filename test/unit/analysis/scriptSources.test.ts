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

test('A package that is linked into node_modules is the own code of the project where it really lies', () => {
  const linked = '/shop/node_modules/@shop/prices';
  const provider = {
    read: (path: string) => ({ path, text: '' }),
    realPath: (path: string) => path.replace(linked, '/shop/packages/prices'),
  };
  const sources = new ScriptSources(provider, [], []);
  const at = (url: string): string => {
    const frame = { functionName: 'price', scriptId: '1', url, lineNumber: 0, columnNumber: 0 };
    const { kind, place } = sources.locate(frame);
    return `${kind} ${place?.path ?? '-'}`;
  };
  expect(at(`file://${linked}/index.js`)).toBe('user /shop/packages/prices/index.js');
  expect(at('file:///shop/node_modules/other/index.js')).toBe('dependency /shop/node_modules/other/index.js');
  expect(at('file:///shop/packages/prices/index.js')).toBe('user /shop/packages/prices/index.js');
});
