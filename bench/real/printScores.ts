import type { RealProgram } from './realProgram.ts';
import type { Way } from './record.ts';
import type { LabelScore, ProgramScore } from './score.ts';

/** One run of the product on one program. */
export interface ScoredRun {
  readonly program: RealProgram;
  readonly line: string;
  readonly way: Way;
  readonly wrong: readonly string[];
  readonly score: ProgramScore;
}

const count = (labels: readonly LabelScore[], is: (label: LabelScore) => boolean): number =>
  labels.filter(is).length;

/** One row of the table: known blocks, then how many of them were found, by the right call, on its line, with its cause. */
export function rowOf({ program, line, way, wrong, score }: ScoredRun): string {
  const { labels } = score;
  const figures = [
    count(labels, ({ isHit }) => isHit),
    count(labels, ({ isRightCall }) => isRightCall),
    count(labels, ({ isExactLine }) => isExactLine),
    count(labels, ({ isRightCause }) => isRightCause),
  ].map((figure) => String(figure).padStart(2));
  const [hit, call, exact, cause] = figures;
  const failure = wrong.length === 0 ? '' : `  REQUESTS FAILED: ${wrong.join('; ')}`;
  return `${program.name.padEnd(14)} Node ${line} ${way.padEnd(6)} known ${String(labels.length).padStart(2)}  found ${String(hit)}  call ${String(call)}  line ${String(exact)}  cause ${String(cause)}  matching nothing ${String(score.unmatched.length)} of ${String(score.findings)}${failure}`;
}

/** Every miss by name, with what was said instead; equal ones of several runs together. */
export function printMisses(runs: readonly ScoredRun[]): void {
  const misses = new Map<string, string[]>();
  const add = (text: string, { line, way }: ScoredRun): void => {
    misses.set(text, [...(misses.get(text) ?? []), `${line} ${way}`]);
  };
  for (const run of runs) {
    const { name } = run.program;
    for (const { label, isHit, isRightCall, isExactLine, isRightCause, said } of run.score.labels) {
      const missed = !isHit
        ? 'no block'
        : !isRightCall
          ? 'another call'
          : !isExactLine
            ? 'another line'
            : isRightCause
              ? null
              : 'another cause';
      if (missed === null) continue;
      const instead = said.map((each) => each.replace(/ \d+ ms in \d+$/, '')).slice(0, 3);
      add(
        `${name}, ${label.request}: ${missed} for ${label.callee} at ${label.file}:${String(label.line)} (${label.causes.join(' or ')}); said ${instead.join(' | ') || 'nothing'}`,
        run,
      );
    }
    for (const each of run.score.unmatched)
      add(`${name}: matches nothing: ${each.replace(/ \d+ ms in \d+$/, '')}`, run);
  }
  console.log(misses.size === 0 ? '\nno miss' : '\nmisses:');
  for (const [text, where] of misses) console.log(`  ${text} [${where.join(', ')}]`);
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(0)} %`;

function totalOf(name: string, runs: readonly ScoredRun[]): string {
  const labels = runs.flatMap(({ score }) => score.labels);
  const findings = runs.reduce((sum, { score }) => sum + score.findings, 0);
  const unmatched = runs.reduce((sum, { score }) => sum + score.unmatched.length, 0);
  const healthy = runs.filter(({ program }) => program.labels.length === 0);
  const ofHealthy = healthy.reduce((sum, { score }) => sum + score.findings, 0);
  const share = (is: (label: LabelScore) => boolean): string => percent(count(labels, is), labels.length);
  return `${name.padEnd(16)} known ${String(labels.length)}  found ${share(({ isHit }) => isHit)}  right call ${share(({ isRightCall }) => isRightCall)}  exact line ${share(({ isExactLine }) => isExactLine)}  cause ${share(({ isRightCause }) => isRightCause)}  matching nothing ${String(unmatched)} of ${String(findings)} (${percent(unmatched, findings)})  findings in ${String(healthy.length)} healthy runs ${String(ofHealthy)}`;
}

/** The sums by Node line and way, and the promised figures. */
export function printTotals(runs: readonly ScoredRun[], programs: number): void {
  console.log(
    `\n${String(programs)} programs, ${String(new Set(runs.map(({ program }) => program.name)).size)} ran`,
  );
  for (const cell of new Set(runs.map(({ line, way }) => `Node ${line} ${way}`)))
    console.log(
      totalOf(
        cell,
        runs.filter(({ line, way }) => `Node ${line} ${way}` === cell),
      ),
    );
  console.log(totalOf('all', runs));
  console.log(
    'promised: right call ≥ 95 %, exact line ≥ 90 %, matching nothing ≤ 5 %, no finding in healthy programs',
  );
}
