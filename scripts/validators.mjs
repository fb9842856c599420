// esbuild plugins: the validators of files from outside, generated from the schemas once, into a bundle of their own.
import { join } from 'node:path';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build as bundle, transform } from 'esbuild';

const source = /[\\/]checked[\\/]validators\.ts$/;

/** The schemas by which files are read, as the source has them. */
async function readerSchemas(folder) {
  const { outputFiles } = await bundle({
    entryPoints: [join(folder, 'readerSchemas.ts')],
    bundle: true,
    write: false,
    format: 'esm',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** Makes a bundle of src/sources/checked/validators.ts hold what ajv generates, one export for each schema. */
export const generatedValidators = {
  name: 'generated-validators',
  setup(build) {
    build.onLoad({ filter: source }, async ({ path }) => {
      const folder = join(path, '..');
      const { readerSchemas: schemas, validatorOptions } = await readerSchemas(folder);
      const ajv = new Ajv({ ...validatorOptions, code: { source: true, esm: true, optimize: 2 } });
      const ids = Object.entries(schemas).map(([name, schema]) => [name, schema.$id]);
      for (const schema of Object.values(schemas)) ajv.addSchema(schema);
      const generated = standaloneCode.default(ajv, Object.fromEntries(ids));
      const { code: contents } = await transform(generated, { minify: true, format: 'esm' });
      return { contents, loader: 'js', resolveDir: folder };
    });
  },
};

/** Makes the other bundles load that one when they first read a file. */
export const lazyValidators = {
  name: 'lazy-validators',
  setup(build) {
    build.onLoad({ filter: source }, () => ({
      loader: 'js',
      contents: `export const validators = () => require('./validators.js');`,
    }));
    build.onResolve({ filter: /^\.\/validators\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};
