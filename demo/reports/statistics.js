/** Revenue of each day of the year, smoothed over the days around it: for every day it looks at every order again. */
export function smoothedRevenue(orders, reach) {
  const smoothed = [];
  for (let day = 0; day < 365; day++) {
    let cents = 0;
    for (const order of orders) {
      const distance = (order.day - day) / reach;
      cents += order.cents * Math.exp((-distance * distance) / 2);
    }
    smoothed.push(Math.round(cents));
  }
  return smoothed;
}
