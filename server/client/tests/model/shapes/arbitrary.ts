/** Polygons that fast-check makes for the tests of shapes. */

import fc from "fast-check";
import { vi } from "vitest";

import type { Polygon, Position } from "../../../src/model/feature";
import type { Result } from "../../../src/model/shapes/result";
import { move } from "../../../src/model/shapes/transform";

fc.configureGlobal({ seed: 6 });
// All of them together take a few seconds; a busy machine may take many times that.
vi.setConfig({ testTimeout: 60_000 });

const TURN = 2 * Math.PI;

export function done<T>(result: Result<T>): T {
  if ("problem" in result) throw new Error(result.problem);
  return result.ok;
}

export function polygon(...rings: number[][][]): Polygon {
  return { type: "Polygon", coordinates: rings.map((ring) => [...ring, ring[0]!]) };
}

/** Numbers with three decimals, spread evenly. */
export function numbers(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: Math.ceil(1000 * min), max: Math.floor(1000 * max) }).map((n) => n / 1000);
}

/** A star-shaped outline about the origin, radius 5 to 100: any such is simple. */
export const stars = fc
  .array(numbers(5, 100), { minLength: 4, maxLength: 24 })
  .map((radii) =>
    polygon(radii.map((r, i) => [r * Math.cos((TURN * i) / radii.length), r * Math.sin((TURN * i) / radii.length)])),
  );

/** Such an outline, with a hole of at most 3 across in its middle in about half of the cases. */
export const shapes = fc.tuple(stars, numbers(0.2, 2), fc.boolean()).map(([star, r, holed]) =>
  holed
    ? {
        ...star,
        coordinates: [
          ...star.coordinates,
          [
            [r, 0],
            [0, -r],
            [-r, 0],
            [0, r],
            [r, 0],
          ],
        ],
      }
    : star,
);

/** Any closed walk through positions on a small board: it crosses itself, repeats itself, overruns itself. */
export const tangles = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), { minLength: 3, maxLength: 14 })
  .map((positions) => polygon(positions));

export const shifts = fc.tuple(numbers(-60, 60), numbers(-60, 60));

/** Where scenes lie: UTM metres, or nowhere in particular. */
export const FAR: Position = [512_345.6, 3_876_543.2];

export function far(shape: Polygon): Polygon {
  return move([shape], FAR[0]!, FAR[1]!)[0]!;
}

/** A wobbly outline with many corners; simple. */
export function wobbly(count: number, radius = 1000): Polygon {
  const ring = Array.from({ length: count }, (_, i) => {
    const r = radius * (1 + 0.2 * Math.sin(37 * ((TURN * i) / count)) + (i % 2) * 0.01);
    return [r * Math.cos((TURN * i) / count), r * Math.sin((TURN * i) / count)];
  });
  return polygon(ring);
}
