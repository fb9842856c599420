import type { Localizer } from '../../../src/editor/view/localizer.ts';

/** Texts as they stand in the code, which are English. */
export const english: Localizer = {
  t: (message, ...args) => message.replaceAll(/\{(\d+)\}/g, (_, index) => String(args[Number(index)])),
};
