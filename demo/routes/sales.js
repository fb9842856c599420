import { recentOrders } from '../shopData.js';
import { renderReport } from '../reports/renderReport.js';

/** The yearly figures, drawn as text. */
export async function salesReport() {
  return renderReport(recentOrders);
}
