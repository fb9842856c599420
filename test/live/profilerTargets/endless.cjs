// A program whose loop is blocked from its start until it is killed.
console.log('up');
function endless() {
  for (let i = 0; ; i = (i + 1) % 1000) Math.sqrt(i);
}
endless();
