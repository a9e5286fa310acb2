import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Polygon } from "../../../src/model/feature";
import { area } from "../../../src/model/shapes/geometry";
import { sharedArea, totalArea } from "../../../src/model/shapes/boolean";
import { cutHole, explode, fillHole, fillHoles, isInHole } from "../../../src/model/shapes/holes";
import { isRefused } from "../../../src/model/shapes/result";
import { split } from "../../../src/model/shapes/split";
import { isValid } from "../../../src/model/shapes/validity";
import { square } from "../../samples";
import { FAR, done, far, numbers, polygon, shapes } from "./arbitrary";

const positions = fc.tuple(numbers(-120, 120), numbers(-120, 120));
const holed: Polygon = { ...square(), coordinates: [...square().coordinates, ...square(4, 4, 2).coordinates] };

describe("splitting", () => {
  it("keeps the area in valid parts that do not overlap, here and far away", () => {
    let cuts = 0;
    fc.assert(
      fc.property(shapes, fc.array(positions, { minLength: 2, maxLength: 5 }), fc.boolean(), (shape, line, away) => {
        const there = away ? far(shape) : shape;
        const parts = split(there, away ? line.map((p) => [p[0] + FAR[0]!, p[1] + FAR[1]!]) : line);
        if (isRefused(parts)) return;
        cuts++;
        expect(parts.ok.every(isValid)).toBe(true);
        expect(Math.abs(totalArea(parts.ok) - area(there))).toBeLessThan(5e-3);
        for (const [i, a] of parts.ok.entries()) {
          for (const b of parts.ok.slice(i + 1)) expect(sharedArea(a, b)).toBeLessThan(5e-3);
        }
      }),
      { numRuns: 80 },
    );
    expect(cuts).toBeGreaterThan(30);
  });

  it("gives the parts on both sides, which share the places of the cut", () => {
    const [a, b] = done(
      split(square(), [
        [4, -1],
        [4, 5],
        [5, 11],
      ]),
    );
    expect(area(a!) + area(b!)).toBe(100);
    const shared = a!.coordinates[0]!.map(String).filter((p) => b!.coordinates[0]!.map(String).includes(p));
    expect(new Set(shared).size).toBe(3);
    expect(
      done(
        split(square(), [
          [0, 0],
          [10, 10],
        ]),
      ).map(area),
    ).toEqual([50, 50]);
  });

  it("goes through holes, and back and forth", () => {
    expect(
      done(
        split(holed, [
          [-1, 5],
          [11, 5],
        ]),
      ).map(area),
    ).toEqual([48, 48]);
    // From border to hole is no cut yet; along another edge it is.
    expect(
      split(holed, [
        [-1, 5],
        [5, 5],
      ]),
    ).toHaveProperty("problem");
    expect(
      done(
        split(holed, [
          [-1, 1],
          [11, 1],
        ]),
      ).map((p) => p.coordinates.length),
    ).toEqual([2, 1]);
    expect(
      done(
        split(square(), [
          [-1, 2],
          [11, 2],
          [11, 8],
          [-1, 8],
        ]),
      ).map(area),
    ).toEqual([60, 20, 20]);
    // A loop that leads from the border to itself, with what leads nowhere left out.
    expect(
      done(
        split(square(), [
          [-1, 5],
          [6, 5],
          [6, 8],
          [3, 8],
          [3, -1],
        ]),
      ).length,
    ).toBe(3);
  });

  it("refuses a line that does not cross", () => {
    for (const line of [
      [
        [2, 2],
        [8, 8],
      ],
      [
        [-1, 5],
        [5, 5],
      ],
      [
        [20, 0],
        [20, 9],
      ],
      [
        [0, -1],
        [0, 11],
      ],
      [[1, 1]],
    ]) {
      expect(split(square(), line)).toHaveProperty("problem");
    }
  });
});

describe("holes", () => {
  it("are cut where they fit", () => {
    const cut = done(cutHole(square(), square(2, 2, 3).coordinates[0]!));
    expect(area(cut)).toBe(91);
    expect(area(done(cutHole(cut, square(6, 6, 2).coordinates[0]!)))).toBe(87);
    expect(done(cutHole(cut, square(3, 3, 3).coordinates[0]!)).coordinates.length).toBe(2);
    expect(area(done(cutHole(cut, square(3, 3, 3).coordinates[0]!)))).toBe(86);
    for (const bad of [
      square(8, 8, 5),
      square(20, 0, 1),
      polygon([
        [1, 1],
        [2, 2],
        [2, 1],
        [1, 2],
      ]),
    ]) {
      expect(cutHole(square(), bad.coordinates[0]!)).toHaveProperty("problem");
    }
    expect(cutHole(holed, square(4.5, 4.5, 1).coordinates[0]!)).toHaveProperty("problem");
  });

  it("are filled, one or all", () => {
    const two = done(cutHole(holed, square(1, 1, 1).coordinates[0]!));
    expect(isInHole(two, [5, 5]) && !isInHole(two, [3, 3]) && !isInHole(two, [30, 3])).toBe(true);
    expect(area(done(fillHole(two, [5, 5])))).toBe(99);
    expect(fillHole(two, [3, 3])).toHaveProperty("problem");
    expect(done(fillHoles(two))).toEqual(square());
    expect(fillHoles(square())).toHaveProperty("problem");
  });
});

describe("exploding", () => {
  it("takes apart what hangs together at places only", () => {
    expect(
      done(
        explode(
          polygon([
            [0, 0],
            [4, 0],
            [4, 4],
            [9, 4],
            [9, 9],
            [4, 9],
            [4, 4],
            [0, 4],
          ]),
        ),
      ).map(area),
    ).toEqual([25, 16]);
    expect(
      done(
        explode(
          polygon([
            [0, 0],
            [10, 10],
            [10, 0],
            [0, 10],
          ]),
        ),
      ).map(area),
    ).toEqual([25, 25]);
    expect(explode(holed)).toHaveProperty("problem");
  });

  it("finds islands", () => {
    const island = {
      ...holed,
      coordinates: [square().coordinates[0]!, square(1, 1, 8).coordinates[0]!, square(4, 4, 2).coordinates[0]!],
    };
    expect(
      done(explode(far(island)))
        .map(area)
        .map(Math.round),
    ).toEqual([36, 4]);
  });
});
