const text = JSON.stringify(
  Array.from({ length: 1200 }, (_, id) => ({ id, name: `row ${id}`, price: id / 3 })),
);
const rounds = 180;

export function totalOf(size) {
  let total = 0;
  for (let round = 0; round < rounds * size; round += 1) total += JSON.parse(text).length;
  return total;
}
