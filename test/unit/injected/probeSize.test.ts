import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { expect, it } from 'vitest';

it('what is injected into a target is at most 4 KB and needs nothing around it', async () => {
  const { smallProbe } = (await import(pathToFileURL('scripts/bundlePlugins.mjs').href)) as {
    readonly smallProbe: Plugin;
  };
  const { outputFiles } = await build({
    entryPoints: ['src/injected/probe.ts'],
    bundle: true,
    format: 'esm',
    minifyWhitespace: true,
    write: false,
    plugins: [smallProbe],
  });
  const text = outputFiles.map((file) => file.text).join('');
  expect(text.length).toBeLessThanOrEqual(4096);
  expect(text).not.toMatch(/\bimport\b|\brequire\b/);
});
