const express = require('express');
const { buildSchema, graphql } = require('graphql');

const words = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');
const text = (count, from = 0) =>
  Array.from({ length: count }, (_, at) => words[(at * 7 + from) % words.length]).join(' ');

const schema = buildSchema(`
  type Author { name: String }
  type Book { id: ID, title: String, author: Author, tags: [String] }
  type Query { books: [Book], loaded: [Book] }
`);
const books = Array.from({ length: 20_000 }, (_, id) => ({
  id,
  title: text(4, id),
  author: { name: text(2, id) },
  tags: [text(1, id), text(1, id + 1)],
}));
const rootValue = {
  books: () => books,
  loaded: async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return books;
  },
};

const app = express();
app.use(express.json({ limit: '2mb' }));
app.get('/', (req, res) => res.send('ready'));

app.post('/graphql', async (req, res) => {
  const result = await graphql({ schema, source: req.body.query, rootValue });
  res.json({ errors: result.errors?.length ?? 0, keys: Object.keys(result.data ?? {}) });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
