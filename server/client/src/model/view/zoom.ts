/** Zoom in whole ratios: how many screen pixels a raster pixel has, or how many raster pixels a screen pixel. */

const NEARLY = 1.001;

/** The next ratio of 2, …, 1:4, 1:2, 1:1, 2:1, 4:1, … closer to (`way` 1) or farther from (-1) the raster. */
export function nextScale(scale: number, way: 1 | -1): number {
  const power = Math.log2(scale);
  const slack = Math.log2(NEARLY);
  return 2 ** (way > 0 ? Math.floor(power + slack) + 1 : Math.ceil(power - slack) - 1);
}

/** Return whether a scale is one of the ratios of `nextScale`, so that every raster pixel is as large as the next. */
export function isWholeScale(scale: number): boolean {
  const power = Math.log2(scale);
  return Math.abs(power - Math.round(power)) < Math.log2(NEARLY);
}

/** "2:1", "1:4", "37 %": screen pixels to raster pixels. */
export function formatScale(scale: number): string {
  const [larger, words] = scale >= 1 ? [scale, (n: number) => `${n}:1`] : [1 / scale, (n: number) => `1:${n}`];
  const whole = Math.round(larger);
  if (Math.abs(larger / whole - 1) < NEARLY - 1) return words(whole);
  return `${scale < 0.1 ? (100 * scale).toFixed(1) : (100 * scale).toFixed(0)} %`;
}
