// A program whose function has long been optimised and inlined when anybody comes to look.
let rounds = 0;
function warmWork() {
  const end = Date.now() + 15;
  while (Date.now() < end);
}
setInterval(() => {
  warmWork();
  if (++rounds === 60) console.log('warm');
}, 16);
