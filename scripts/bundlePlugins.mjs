// esbuild plugins of the bundles.
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

/** The probe travels into the target as the text of one function: as few bytes as possible, whatever the bundle does. */
export const smallProbe = {
  name: 'small-probe',
  setup(build) {
    build.onLoad({ filter: /[\\/]injected[\\/]probe\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const { code } = await transform(source, { loader: 'ts', minify: true, target: 'es2020' });
      return { contents: code, loader: 'js' };
    });
  },
};

/**
 * TypeScript is bundled once, into dist/typescript.js. The other bundles load it when they first touch it: the default
 * export is a live binding, a proxy until the first access and the module itself from then on.
 */
export const lazyTypescript = {
  name: 'lazy-typescript',
  setup(build) {
    build.onResolve({ filter: /^typescript$/ }, () => ({
      path: 'typescript',
      namespace: 'lazy',
      sideEffects: false,
    }));
    build.onResolve({ filter: /^\.\/typescript\.js$/, namespace: 'lazy' }, ({ path }) => ({
      path,
      external: true,
    }));
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      loader: 'js',
      contents: `
        let ts = new Proxy({}, { get(_, name) { ts = require('./typescript.js'); return ts[name]; } });
        export { ts as default };`,
    }));
  },
};

/** inspector-api can upload profiles to S3; Offloop never does, so its client stays out of the bundles. */
export const withoutS3 = {
  name: 'without-s3',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/client-s3$/ }, ({ path }) => ({ path, namespace: 'stub' }));
    build.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({
      loader: 'js',
      contents: `
        class Missing { constructor() { throw new Error('Offloop does not upload profiles'); } }
        export { Missing as S3Client, Missing as PutObjectCommand };`,
    }));
  },
};
