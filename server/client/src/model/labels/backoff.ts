/** Wait after the n-th failure in a row, in milliseconds: 0.5 s doubling to 10 s. */

export function backoff(failures: number): number {
  return Math.min(500 * 2 ** (failures - 1), 10_000);
}
