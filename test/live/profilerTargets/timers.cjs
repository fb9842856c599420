// A program whose loop runs two blocking timers in each turn.
console.log('up');
function first() {
  const end = Date.now() + 60;
  while (Date.now() < end);
}
function second() {
  const end = Date.now() + 60;
  while (Date.now() < end);
}
function again() {
  setTimeout(first, 20);
  setTimeout(second, 20);
  setTimeout(again, 40);
}
again();
