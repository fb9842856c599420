import { describe, expect, it } from 'vitest';
import { landmarkOf, lineOfLandmark } from '../../../src/analysis/source/landmark.ts';

const twins = `function a() {
  use(read(file));
  use(read(file));
}
function b() {
  use(read(other));
}
`;

describe('the landmark of a line', () => {
  it('is its text, with the lines below it where the text alone is there more than once', () => {
    expect(landmarkOf(twins, 5)).toBe('  use(read(other));');
    expect(landmarkOf(twins, 1)).toBe('  use(read(file));\n  use(read(file));');
    expect(landmarkOf(twins, 2)).toBe('  use(read(file));\n}');
  });

  it('is missing where no few lines tell it from others, or the line is too long for a report', () => {
    expect(landmarkOf('f();\n'.repeat(20), 3)).toBeNull();
    expect(landmarkOf(`f(${' '.repeat(3000)});\n`, 0)).toBeNull();
    expect(landmarkOf('f();\nf();', 1)).toBeNull();
    expect(landmarkOf('f();', 7)).toBeNull();
  });

  it('finds the line again after changes elsewhere, other line ends included', () => {
    const landmark = landmarkOf(twins, 2) ?? '';
    expect(lineOfLandmark(twins, landmark)).toBe(2);
    expect(lineOfLandmark(`// first\n\n${twins}`.replaceAll('\n', '\r\n'), landmark)).toBe(4);
  });

  it('is not found where the line was changed, nor on a twin of it that was', () => {
    const first = landmarkOf(twins, 1) ?? '';
    const fixed = twins.replace('use(read(file))', 'use(await read(file))');
    expect(lineOfLandmark(fixed, first)).toBeNull();
    expect(lineOfLandmark(fixed, landmarkOf(twins, 2) ?? '')).toBe(2);
    expect(lineOfLandmark(twins + twins, '  use(read(other));')).toBeNull();
  });
});
