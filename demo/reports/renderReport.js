import { smoothedRevenue } from './statistics.js';

const drawBar = (share) => '█'.repeat(Math.round(share * 40));

/** One line for each week of the year. */
export function renderReport(orders) {
  const weeks = weeklyFigures(orders);
  const most = Math.max(...weeks);
  return weeks.map((cents, week) => `${String(week + 1).padStart(2)} ${drawBar(cents / most)}`).join('\n');
}

function weeklyFigures(orders) {
  const days = smoothedRevenue(orders, 14); // block: cpu smoothedRevenue
  return Array.from({ length: 52 }, (_, week) => days[week * 7]);
}
