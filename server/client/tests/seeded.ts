/** Numbers from 0 to 1 that are the same in every run (Park & Miller's generator). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
