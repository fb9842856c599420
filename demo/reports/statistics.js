/** Revenue of each day of the year, averaged over the days around it: for every day it looks at every order again. */
export function smoothedRevenue(orders, reach) {
  const smoothed = [];
  for (let day = 0; day < 365; day++) {
    let cents = 0;
    for (const order of orders) {
      const distance = Math.abs(order.day - day);
      if (distance <= reach) cents += order.cents * (1 - distance / (reach + 1));
    }
    smoothed.push(Math.round(cents));
  }
  return smoothed;
}
