/** Lon/lat expansion of a scene: the server's polynomials, evaluated and inverted. See `tiling/grid/lonlat_expansion.py`. */

export type Coordinate = readonly [x: number, y: number];

const DEGREE = Math.PI / 180;
/** Points on a side of the lattice that the inverse starts from, and how far a step of it goes, in halves of the raster. */
const LATTICE = 16;
const STRIDE = 0.25;
const STEPS = 30;
/** Of the unit normal: 6 mm on the ground. */
const CLOSE = 1e-9;
/** So far beyond the edge, in halves of the raster, a position still counts as on it. */
const EDGE = 1e-9;

type Vector = [number, number, number];

/** T_0 … T_n at `t`, and their derivatives. */
function chebyshev(t: number, n: number): { values: number[]; slopes: number[] } {
  const [values, slopes] = [
    [1, t],
    [0, 1],
  ];
  for (let k = 2; k <= n; k++) {
    values.push(2 * t * values[k - 1]! - values[k - 2]!);
    slopes.push(2 * values[k - 1]! + 2 * t * slopes[k - 1]! - slopes[k - 2]!);
  }
  return { values, slopes };
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const bounded = (t: number): number => Math.max(-1.1, Math.min(1.1, t));
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

export class LonLatExpansion {
  readonly #degree: number;

  constructor(
    private readonly coefficients: readonly (readonly (readonly number[])[])[],
    private readonly width: number,
    private readonly height: number,
  ) {
    this.#degree = coefficients[0]!.length - 1;
  }

  /** WGS 84 longitude and latitude in degrees at a pixel (corner convention); null beside the raster. */
  toLonLat([col, row]: Coordinate): Coordinate | null {
    const [u, v] = [(2 * col) / this.width - 1, (2 * row) / this.height - 1];
    if (!(Math.abs(u) <= 1 + EDGE && Math.abs(v) <= 1 + EDGE)) return null;
    const [x, y, z] = this.#at(u, v).normal;
    return [Math.atan2(y, x) / DEGREE, Math.atan2(z, Math.hypot(x, y)) / DEGREE];
  }

  /** Column and row of a position, by Newton's method from the nearest point of a lattice; null where it is not on the raster. */
  toPixel([lon, lat]: Coordinate): Coordinate | null {
    const [l, p] = [lon * DEGREE, lat * DEGREE];
    const wanted: Vector = [Math.cos(p) * Math.cos(l), Math.cos(p) * Math.sin(l), Math.sin(p)];
    let [u, v] = this.#nearest(wanted);
    for (let n = 0; n < STEPS; n++) {
      const { normal, du, dv } = this.#at(u, v);
      const rest = minus(wanted, normal);
      const [a, b, c] = [dot(du, du), dot(du, dv), dot(dv, dv)];
      const [e, f] = [dot(du, rest), dot(dv, rest)];
      const determinant = a * c - b * b;
      if (!determinant) break;
      const step = [(c * e - b * f) / determinant, (a * f - b * e) / determinant] as const;
      const shorter = Math.min(1, STRIDE / Math.hypot(...step));
      // A polynomial means nothing far beyond the raster.
      [u, v] = [bounded(u + shorter * step[0]), bounded(v + shorter * step[1])];
      if (Math.hypot(...step) < 1e-14) break;
    }
    const rest = minus(wanted, this.#at(u, v).normal);
    if (!(Math.hypot(...rest) < CLOSE && Math.abs(u) <= 1 + EDGE && Math.abs(v) <= 1 + EDGE)) return null;
    return [((u + 1) / 2) * this.width, ((v + 1) / 2) * this.height];
  }

  #nearest(wanted: Vector): [number, number] {
    let [best, nearest]: [[number, number], number] = [[0, 0], Infinity];
    // None on the edge, which may be one point of the Earth: a pole.
    const node = (i: number): number => Math.cos(((i + 0.5) / LATTICE) * Math.PI);
    for (let i = 0; i < LATTICE; i++) {
      for (let j = 0; j < LATTICE; j++) {
        const [u, v] = [node(j), node(i)];
        const distance = Math.hypot(...minus(wanted, this.#at(u, v).normal));
        if (distance < nearest) [best, nearest] = [[u, v], distance];
      }
    }
    return best;
  }

  /** The ellipsoid's normal, and how it changes with u and v. */
  #at(u: number, v: number): { normal: Vector; du: Vector; dv: Vector } {
    const [across, down] = [chebyshev(u, this.#degree), chebyshev(v, this.#degree)];
    const [normal, du, dv]: [Vector, Vector, Vector] = [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ];
    this.coefficients.forEach((rows, k) =>
      rows.forEach((row, i) => {
        let [sum, slope] = [0, 0];
        row.forEach((c, j) => {
          sum += c * across.values[j]!;
          slope += c * across.slopes[j]!;
        });
        normal[k]! += sum * down.values[i]!;
        du[k]! += slope * down.values[i]!;
        dv[k]! += sum * down.slopes[i]!;
      }),
    );
    return { normal, du, dv };
  }
}
