import { productNames } from '../shopData.js';

const spaces = ' '.repeat(12_000);

/** Takes the space off the end of a comment. Space in the middle is looked through again from each of its characters. */
export async function tidyComment(query) {
  const comment = query.get('comment') ?? `Lovely${spaces}lamp  `;
  const tidy = comment.replace(/\s+$/, ''); // block: regex replace
  return { comment: tidy.replaceAll(spaces, ' … ') };
}

const inDictionary = (a, b) => a.localeCompare(b, 'de', { numeric: true });

/** Products of a shop window, in the order of the dictionary. */
export async function searchProducts(query) {
  const text = query.get('text') ?? 'elder easel';
  const found = productNames.filter((name) => name.includes(text));
  return found.toSorted(inDictionary).slice(0, 20); // block: cpu toSorted
}
