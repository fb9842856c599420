import { toTenths } from '../../base/units.ts';
import { counted, formatCount, formatMs } from '../../wording/numbers/formatNumbers.ts';
import type { Cause } from '../cause.ts';
import type { Report, ReportFinding } from '../report.ts';
import { mainThread } from '../../recording/threadNames.ts';
import { figuresOf, findingInProcess, findingPlace, longestStack } from './findingWords.ts';
import { escapeHtml } from './escapeHtml.ts';

const style = `:root { color-scheme: light dark; --line: #8885; --bar: #d9534f; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .5rem 1rem; margin: 1rem 0; }
dt { opacity: .7; font-size: .85em; } dd { margin: 0; font-size: 1.2em; overflow-wrap: anywhere; }
svg { width: 100%; height: 5rem; border-bottom: 1px solid var(--line); } rect { fill: var(--bar); }
details { border-top: 1px solid var(--line); padding: .5rem 0; }
summary { display: flex; gap: 1rem; cursor: pointer; align-items: baseline; }
summary b { min-width: 6rem; text-align: right; } summary span { flex: 1; overflow-wrap: anywhere; }
small { opacity: .75; } code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { overflow-x: auto; }`;

const width = 1000;
const height = 80;

/** A length in the drawing: finer ones cannot be seen. */
const px = (length: number): string => String(toTenths(length));

/** Blocks of the main thread over time, as high as they are long. */
function chartOf({ blocks, recording }: Report): string {
  const own = blocks.filter(({ thread }) => thread === mainThread);
  const longest = own.reduce((most, { durationMs }) => Math.max(most, durationMs), 1);
  const total = own.reduce(
    (most, { startMs, durationMs }) => Math.max(most, startMs + durationMs),
    Math.max(recording.durationMs, 1),
  );
  const bars = own.map(({ startMs, durationMs }) => {
    const x = (startMs / total) * width;
    const wide = Math.max((durationMs / total) * width, 1);
    const high = (durationMs / longest) * height;
    return `<rect x="${px(x)}" y="${px(height - high)}" width="${px(wide)}" height="${px(high)}"/>`;
  });
  const label = `${counted(own.length, 'block')} over ${formatMs(total)}; the longest took ${formatMs(longest)}`;
  return `<svg viewBox="0 0 ${String(width)} ${String(height)}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(label)}">${bars.join('')}</svg>`;
}

function findingOf(finding: ReportFinding, report: Report, causeText: (cause: Cause) => string): string {
  const stack = longestStack(finding, report);
  const fixes = finding.remedies
    .filter(({ refusal }) => refusal === null)
    .map(({ title }) => escapeHtml(title));
  const place = findingPlace(finding);
  return `<details>
<summary><b>${escapeHtml(formatMs(finding.maxMs))}</b><span>${escapeHtml(findingInProcess(finding, report))}<br><small>${formatCount(finding.count)}× · ${escapeHtml(formatMs(finding.totalMs))} in all · ${escapeHtml(finding.cause)}${place === null ? '' : ` · <code>${escapeHtml(place)}</code>`}</small></span></summary>
<p>${escapeHtml(causeText(finding.cause))}${fixes.length === 0 ? '' : ` Possible fixes: ${fixes.join(', ')}.`}</p>
${stack.length === 0 ? '' : `<pre>${escapeHtml(stack.join('\n'))}</pre>`}
</details>`;
}

/** A report as one page that needs nothing else: no script, no font, no network. */
export function exportHtml(report: Report, causeText: (cause: Cause) => string): string {
  const figures = figuresOf(report).map(
    ([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  const findings = report.findings.map((finding) => findingOf(finding, report, causeText));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What blocks the event loop</title>
<style>${style}</style>
</head>
<body>
<h1>What blocks the event loop</h1>
<dl>${figures.join('')}</dl>
${chartOf(report)}
${findings.length === 0 ? '<p>Nothing blocked the event loop.</p>' : findings.join('\n')}
</body>
</html>
`;
}
