/** Every sentence and label of the interface. */

const number = (value: number): string => value.toLocaleString("en");

export const TEXTS = {
  selection: {
    tooMany: (found: number, most: number) => `${number(found)} objects found; the first ${number(most)} are selected.`,
  },
} as const;
