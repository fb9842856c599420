// Says something on both outputs, then fails.
console.log('to standard output');
setTimeout(() => {
  throw new Error('database password wrong');
}, 50);
