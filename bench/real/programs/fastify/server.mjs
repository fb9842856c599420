import Fastify from 'fastify';

const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const rows = Array.from({ length: 240_000 }, (_, id) => ({
  id,
  name: text(3, id),
  amount: id * 1.5,
  isPaid: id % 3 === 0,
}));
const fastify = Fastify();
const row = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    name: { type: 'string' },
    amount: { type: 'number' },
    isPaid: { type: 'boolean' },
  },
};
const schema = { response: { 200: { type: 'array', items: row } } };

fastify.get('/', async () => 'ready');

fastify.get('/typed', { schema }, (request, reply) => {
  reply.send(rows);
});

fastify.get('/plain', async () => rows);

await fastify.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
