const limit = 30_000;

function isPrime(value) {
  for (let divisor = 2; divisor < value / 4; divisor += 1) if (value % divisor === 0) return false;
  return true;
}

export function primesBelow(size) {
  let count = 0;
  for (let value = 2; value < limit * size; value += 1) if (isPrime(value)) count += 1;
  return count;
}
