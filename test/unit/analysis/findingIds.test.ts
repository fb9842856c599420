import { describe, expect, it } from 'vitest';
import { analyse, inWork, native, node } from './callSitesSupport.ts';
import type { Case } from './callSitesSupport.ts';

describe('the id of a finding', () => {
  const source = 'function work() {\n  fs.readFileSync(a);\n}';
  const frames = { readFileSync: node('fs'), open: native };
  const idOf = (text: string): string | undefined =>
    analyse(inWork(text, 'readFileSync;open', frames)).findings[0]?.id;

  it('stays when lines are inserted above, and changes with the function or its callee', () => {
    expect(idOf(`// a line\n\n${source}`)).toBe(idOf(source));
    expect(idOf(source.replace('readFileSync(a)', 'readFileSync(a, other)'))).toBe(idOf(source));
    const renamed = idOf(`function outer() {\n${source}\n}`);
    expect(renamed).toMatch(/^[0-9a-f]{12}$/);
    expect(renamed).not.toBe(idOf(source));
  });
});

describe('a hostile target', () => {
  it('cannot make the analysis read outside source files, or break its report', () => {
    const url = 'file:///app/../../etc/passwd';
    const name = `</script>${'x'.repeat(5000)}\n../../`;
    const drawn: Case = {
      text: '',
      stack: 'processTimers;evil',
      frames: { processTimers: node('timers'), evil: { url, functionName: name } },
    };
    const report = analyse(drawn);
    expect(report.findings).toHaveLength(1);
    expect(report.blocks[0]?.stack.every((frame) => frame.function.length <= 200)).toBe(true);
  });
});
