import babel from '@babel/core';
import Fastify from 'fastify';
import { format } from 'prettier';
import { minify } from 'terser';

const fastify = Fastify({ bodyLimit: 10_000_000 });
fastify.get('/', async () => 'ready');

fastify.post('/terser', async (request) => {
  const { code } = await minify(request.body, { compress: true, mangle: true });
  return { length: code.length };
});

fastify.post('/babel', async (request) => {
  const result = await babel.transformAsync(request.body, {
    presets: ['@babel/preset-env'],
    babelrc: false,
    configFile: false,
  });
  return { length: result.code.length };
});

fastify.post('/prettier', async (request) => {
  const code = await format(request.body, { parser: 'babel' });
  return { length: code.length };
});

await fastify.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
