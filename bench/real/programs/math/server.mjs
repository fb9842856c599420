import express from 'express';
import { evaluate, simplify } from 'mathjs';

const app = express();
app.use(express.json());
app.get('/', (req, res) => res.send('ready'));

app.post('/evaluate', (req, res) => {
  const result = evaluate(req.body.expression);
  res.json({ result: String(result) });
});

app.post('/simplify', (req, res) => {
  const node = simplify(req.body.expression);
  res.json({ result: node.toString() });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
