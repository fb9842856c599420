import { describe, expect, it } from 'vitest';
import { escapeMarkdown, withoutLinks } from '../../../src/editor/view/escapeMarkdown.ts';

describe('a text of the target in Markdown', () => {
  it('keeps letters, digits and spaces', () => {
    expect(escapeMarkdown('pbkdf2Sync blocked 14× · 412 ms')).toBe('pbkdf2Sync blocked 14× · 412 ms');
  });

  it('opens no link, code span, image or tag', () => {
    const hostile = '[x](command:evil) `a` ![i](http://h/i.png) <b>&lt; a\\';
    expect(escapeMarkdown(hostile)).toBe(
      String.raw`\[x\]\(command\:evil\) \`a\` \!\[i\]\(http\:\/\/h\/i\.png\) \<b\>\&lt\; a\\`,
    );
  });
});

describe('a text of the target in a message', () => {
  it('opens no link', () => {
    expect(withoutLinks('[app.js](command:evil) (pid 1) is already being recorded.')).toBe(
      '[app.js] (command:evil) (pid 1) is already being recorded.',
    );
  });
});
