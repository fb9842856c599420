const bcrypt = require('bcryptjs');
const express = require('express');
const passport = require('passport');
const { Strategy } = require('passport-local');

// The hash of `secret`, of cost 11.
const users = new Map([['ada', { name: 'ada', hash: bcrypt.hashSync('secret', 11) }]]);

passport.use(
  new Strategy((username, password, done) => {
    const user = users.get(username);
    if (user === undefined) return done(null, false);
    bcrypt.compare(password, user.hash, (error, isSame) => {
      done(error, isSame ? user : false);
    });
  }),
);

const app = express();
app.use(express.json());
app.use(passport.initialize());
app.get('/', (req, res) => res.send('ready'));

app.post('/login', passport.authenticate('local', { session: false }), (req, res) => {
  res.json({ name: req.user.name });
});

app.post('/register', async (req, res) => {
  const hash = await bcrypt.hash(req.body.password, 11);
  users.set(req.body.username, { name: req.body.username, hash });
  res.json({ name: req.body.username });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
