// esbuild plugin: the validator of report files, generated from the schema.
import { join } from 'node:path';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build as bundle, transform } from 'esbuild';

/** The schema by which reports are read, as the source has it. */
async function readerSchema(folder) {
  const { outputFiles } = await bundle({
    entryPoints: [join(folder, 'readerSchema.ts')],
    bundle: true,
    write: false,
    format: 'esm',
  });
  const { readerSchema: schema } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  );
  return schema;
}

/** Puts the code that ajv generates in place of src/terminal/output/reportValidator.ts, which compiles the schema itself. */
export const reportValidator = {
  name: 'report-validator',
  setup(build) {
    build.onLoad({ filter: /[\\/]output[\\/]reportValidator\.ts$/ }, async ({ path }) => {
      const folder = join(path, '..');
      const ajv = new Ajv({ inlineRefs: false, code: { source: true, esm: true, optimize: 2 } });
      const validate = ajv.compile(await readerSchema(folder));
      const generated = standaloneCode.default(ajv, { isReport: validate.schema.$id });
      const { code: contents } = await transform(generated, { minify: true, format: 'esm' });
      return { contents, loader: 'js', resolveDir: folder };
    });
  },
};
