import { ESLint } from 'eslint';
import express from 'express';

const rules = {
  'no-unused-vars': 2,
  'no-undef': 2,
  'prefer-const': 2,
  eqeqeq: 2,
  complexity: [2, 5],
  'no-shadow': 2,
};
const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: [{ rules }] });

const app = express();
app.use(express.text({ limit: '10mb' }));
app.get('/', (req, res) => res.send('ready'));

app.post('/lint', async (req, res) => {
  const results = await eslint.lintText(req.body);
  res.json({ problems: results[0].messages.length });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
