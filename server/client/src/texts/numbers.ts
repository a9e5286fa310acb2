/** Numbers of things in words. */

export const n = (value: number): string => value.toLocaleString("en");

export const objects = (count: number): string => (count === 1 ? "1 object" : `${n(count)} objects`);

export const proposals = (count: number): string => (count === 1 ? "1 proposal" : `${n(count)} proposals`);

export const vertices = (count: number): string => (count === 1 ? "1 vertex" : `${n(count)} vertices`);
