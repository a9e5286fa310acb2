/** How different two colours look (CIEDE2000), and which class colours are hard to see on a scene. */

export type Lab = readonly [lightness: number, a: number, b: number];

/** Difference below which a line of a colour is lost on pixels of another. */
const NEAR = 25;
/** Share of a scene's pixels that may be so near; more than that, and the colour is hard to see. */
const MANY = 0.3;

const D65 = [0.95047, 1, 1.08883] as const;

/** CIE 1976 L*a*b* of sRGB values from 0 to 255, white point D65. */
export function labOf(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [red, green, blue].map((value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const xyz = [
    0.4124564 * r + 0.3575761 * g + 0.1804375 * b,
    0.2126729 * r + 0.7151522 * g + 0.072175 * b,
    0.0193339 * r + 0.119192 * g + 0.9503041 * b,
  ];
  const [x, y, z] = xyz.map((value, i) => {
    const t = value / D65[i]!;
    return t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
  }) as [number, number, number];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIE 1976 L*a*b* of `#rrggbb`. */
export function labOfHex(color: string): Lab {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) as [number, number, number];
  return labOf(r, g, b);
}

const degrees = (radians: number): number => (radians * 180) / Math.PI;
const cosine = (angle: number): number => Math.cos((angle * Math.PI) / 180);
const flattened = (chroma: number): number => Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7));

/** CIEDE2000 (Sharma, Wu and Dalal 2005, Color Research & Application 30:21-30), with all weights 1. */
export function difference([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const stretch = 1.5 - 0.5 * flattened((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2);
  const [p1, p2] = [a1 * stretch, a2 * stretch];
  const [c1, c2] = [Math.hypot(p1, b1), Math.hypot(p2, b2)];
  const [h1, h2] = [(degrees(Math.atan2(b1, p1)) + 360) % 360, (degrees(Math.atan2(b2, p2)) + 360) % 360];
  const grey = c1 * c2 === 0;
  const turn = grey ? 0 : ((h2 - h1 + 540) % 360) - 180;
  const [dl, dc] = [l2 - l1, c2 - c1];
  const dh = 2 * Math.sqrt(c1 * c2) * Math.sin((turn * Math.PI) / 360);
  const [l, c] = [(l1 + l2) / 2, (c1 + c2) / 2];
  const sum = h1 + h2;
  const h = grey ? sum : Math.abs(h1 - h2) <= 180 ? sum / 2 : (sum + (sum < 360 ? 360 : -360)) / 2;
  const t = 1 - 0.17 * cosine(h - 30) + 0.24 * cosine(2 * h) + 0.32 * cosine(3 * h + 6) - 0.2 * cosine(4 * h - 63);
  const weights = [1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2), 1 + 0.045 * c, 1 + 0.015 * c * t];
  const [vl, vc, vh] = [dl / weights[0]!, dc / weights[1]!, dh / weights[2]!];
  const rotation = Math.sin((60 * Math.exp(-(((h - 275) / 25) ** 2)) * Math.PI) / 180);
  return Math.sqrt(vl ** 2 + vc ** 2 + vh ** 2 - 2 * flattened(c) * rotation * vc * vh);
}

/** Share of some pixels on which a line of a colour is lost, 0 to 1. */
function shareLost(color: string, pixels: readonly Lab[]): number {
  const own = labOfHex(color);
  return pixels.filter((pixel) => difference(own, pixel) < NEAR).length / Math.max(1, pixels.length);
}

/** Of things with colours, those that are hard to see on some pixels, with the share of pixels that are near. */
export function hardToSee<T extends { readonly color: string }>(
  items: readonly T[],
  pixels: readonly Lab[],
): readonly (readonly [item: T, share: number])[] {
  return items.map((item) => [item, shareLost(item.color, pixels)] as const).filter(([, share]) => share > MANY);
}
