/** Check that class colours differ for people who see red and green alike. */

interface Colored {
  readonly color: string;
}

type Vector = readonly [number, number, number];

/** Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB: deuteranopia and protanopia. */
const DEFICIENCIES: readonly (readonly Vector[])[] = [
  [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
];

/** Distance in OKLab (Ottosson 2020) below which two lines on imagery are taken for the same colour. */
const ALIKE = 0.055;

function linear(color: string): Vector {
  const channel = (at: number): number => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function times(matrix: readonly Vector[], [a, b, c]: Vector): Vector {
  return matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Vector;
}

function oklab(rgb: Vector): Vector {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  );
  const roots = cones.map((v) => Math.cbrt(Math.max(v, 0))) as unknown as Vector;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    roots,
  );
}

function distance(a: Vector, b: Vector): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** Return the distance in OKLab of two colours `#rrggbb` for the colour vision that tells them apart least; black and white are 1 apart. */
function apart(a: string, b: string): number {
  const [p, q] = [linear(a), linear(b)];
  const views = [[p, q], ...DEFICIENCIES.map((matrix) => [times(matrix, p), times(matrix, q)])];
  return Math.min(...views.map(([v, w]) => distance(oklab(v!), oklab(w!))));
}

export function alike(a: string, b: string): boolean {
  return apart(a, b) < ALIKE;
}

/** The first two whose colours are hard to tell apart, or null. */
export function confusable<T extends Colored>(items: readonly T[]): readonly [T, T] | null {
  for (const [i, a] of items.entries()) {
    const b = items.slice(i + 1).find((other) => alike(a.color, other.color));
    if (b) return [a, b];
  }
  return null;
}
