const fastify = require('fastify')();
const PDFDocument = require('pdfkit');

const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');
const letter = Array.from({ length: 150 }, (_, at) => text(120, at)).join('\n\n');

fastify.get('/', async () => 'ready');

fastify.get('/letter', async (request, reply) => {
  const doc = new PDFDocument();
  doc.fontSize(11).text(letter, { align: 'justify', columns: 2 });
  doc.end();
  return reply.type('application/pdf').send(doc);
});

fastify.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
