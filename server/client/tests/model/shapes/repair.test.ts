import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Polygon } from "../../../src/model/feature";
import { area, extentOf, outlineProblem } from "../../../src/model/shapes/geometry";
import { totalArea } from "../../../src/model/shapes/boolean";
import { check, meanWidth, roundness } from "../../../src/model/shapes/check";
import { repair } from "../../../src/model/shapes/repair";
import { isRefused } from "../../../src/model/shapes/result";
import { contains, locate } from "../../../src/model/shapes/ring";
import { move } from "../../../src/model/shapes/transform";
import { flawsOf, isValid } from "../../../src/model/shapes/validity";
import { square } from "../../samples";
import { done, far, polygon, shapes, tangles, wobbly } from "./arbitrary";

const holed = (...holes: Polygon[]): Polygon => ({
  ...square(),
  coordinates: [square(), ...holes].map((p) => p.coordinates[0]!),
});

describe("validity", () => {
  it("knows how rings may lie to each other", () => {
    const inside = square(2, 2, 3);
    expect(isValid(holed(inside))).toBe(true);
    // Touching at one position is allowed, at two or along a line it is not.
    expect(
      isValid(
        holed(
          polygon([
            [5, 0],
            [7, 3],
            [3, 3],
          ]),
        ),
      ),
    ).toBe(true);
    expect(
      isValid(
        holed(
          polygon([
            [5, 0],
            [7, 5],
            [5, 10],
            [3, 5],
          ]),
        ),
      ),
    ).toBe(false);
    expect(isValid(holed(square(0, 2, 3)))).toBe(false);
    expect(isValid(holed(inside, square(5, 5, 2)))).toBe(true);
    expect(isValid(holed(inside, square(5, 2, 2)))).toBe(false);
    for (const bad of [square(20, 0), square(8, 8), square(-5, -5, 30), square(0, 0, 10)]) {
      expect(flawsOf(holed(bad)).map((f) => f.kind)).toEqual(["hole"]);
    }
    expect(isValid(holed(inside, square(3, 3, 1)))).toBe(false);
    expect(isValid(holed(inside, inside))).toBe(false);
    // Two holes that touch each other and the outline close a chain.
    const [left, right] = [
      polygon([
        [0, 5],
        [3, 3],
        [5, 5],
        [3, 7],
      ]),
      polygon([
        [10, 5],
        [7, 7],
        [5, 5],
        [7, 3],
      ]),
    ];
    expect(isValid(holed(left)) && isValid(holed(right)) && !isValid(holed(left, right))).toBe(true);
  });
});

describe("repair", () => {
  it("makes anything valid, once and for all, and keeps what a ring goes round", () => {
    fc.assert(
      fc.property(tangles, fc.boolean(), (shape, away) => {
        const made = repair(away ? far(shape) : shape);
        if (isRefused(made)) return;
        expect(made.ok.every(isValid)).toBe(true);
        expect(made.ok.every((part) => outlineProblem(part) === null)).toBe(true);
        for (const part of made.ok) expect(done(repair(part))).toEqual([part]);
        if (away) return;
        // Every field of the board that is inside by the odd-even rule is inside by the nonzero one.
        let odd = 0;
        for (let x = 0.25; x < 12; x += 0.5) {
          for (let y = 0.26; y < 12; y += 0.5) odd += Number(locate(shape.coordinates[0]!, [x, y]) === "inside") / 4;
        }
        expect(totalArea(made.ok)).toBeGreaterThan(odd - 12);
      }),
      { numRuns: 100 },
    );
  });

  it("leaves the valid alone", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(done(repair(shape))[0]).toBe(shape);
      }),
    );
  });

  it("takes out repeats, spikes and overshoots", () => {
    expect(
      done(
        repair(
          polygon([
            [0, 0],
            [0, 0],
            [10, 0],
            [10, 10],
            [10, 10],
            [0, 10],
          ]),
        ),
      ),
    ).toEqual([square()]);
    const [spiked] = done(
      repair(
        polygon([
          [0, 0],
          [10, 0],
          [15, 0],
          [10, 0],
          [10, 10],
          [0, 10],
        ]),
      ),
    );
    expect(area(spiked!)).toBe(100);
    const overshot = polygon([
      [0, 0],
      [10, 0],
      [10, 10],
      [0.2, 10],
      [0.2, -0.2],
      [0, -0.2],
    ]);
    expect(done(repair(overshot)).length).toBe(2);
    expect(done(repair(overshot, { least: 1 })).length).toBe(1);
    const eight = polygon([
      [0, 0],
      [10, 10],
      [10, 0],
      [0, 9],
    ]);
    expect(done(repair(eight)).length).toBe(2);
    expect(done(repair(eight, { least: 24 })).length).toBe(1);
    expect(
      repair(
        polygon([
          [0, 0],
          [5, 5],
          [10, 10],
        ]),
      ),
    ).toHaveProperty("problem");
    expect(
      repair(
        polygon([
          [0, 0],
          [NaN, 5],
          [10, 0],
        ]),
      ),
    ).toHaveProperty("problem");
  });

  it("mends holes and clips to the scene", () => {
    expect(done(repair(holed(square(8, 8, 5)))).map(area)).toEqual([96]);
    expect(done(repair(holed(square(20, 20, 5)))).map(area)).toEqual([100]);
    expect(done(repair(holed(square(2, 2, 4), square(3, 3, 4)))).map(area)).toEqual([100 - 23]);
    fc.assert(
      fc.property(shapes, (shape) => {
        const made = repair(shape, { extent: [-30, -20, 40, 50] });
        const parts = done(made);
        expect(parts.every((part) => contains([-30, -20, 40, 50], extentOf(part)))).toBe(true);
        expect(done(repair(parts[0]!, { extent: [-30, -20, 40, 50] }))).toEqual([parts[0]]);
      }),
    );
    expect(repair(square(), { extent: [20, 20, 30, 30] })).toHaveProperty("problem");
  });

  it("does 10,000 corners", () => {
    const shape = wobbly(10_000);
    const ring = [...shape.coordinates[0]!];
    for (let i = 500; i < 10_000; i += 1000) [ring[i], ring[i + 7]] = [ring[i + 7]!, ring[i]!];
    const broken = { ...shape, coordinates: [ring] };
    expect(outlineProblem(broken)).not.toBeNull();
    const made = done(repair(far(broken), { least: 10 }));
    expect(made.length).toBe(1);
    expect(area(made[0]!) / area(shape)).toBeCloseTo(1, 3);
  });
});

describe("checks", () => {
  const kinds = (shape: Polygon, options = {}): string[] => check(shape, options).map((one) => one.kind);

  it("say what is wrong, and where", () => {
    expect(check(square(), { pixel: 0.1, extent: [0, 0, 10, 10], others: [square(20, 0)] })).toEqual([]);
    expect(
      check(
        polygon([
          [0, 0],
          [10, 10],
          [10, 0],
          [0, 10],
        ]),
      ),
    ).toMatchObject([{ kind: "crossing", positions: [[5, 5]], refused: true }]);
    expect(
      kinds(
        polygon([
          [0, 0],
          [5, 5],
          [10, 10],
        ]),
      ),
    ).toEqual(["flat"]);
    expect(
      kinds(
        polygon([
          [0, 0],
          [5, 5],
        ]),
      ),
    ).toEqual(["flat"]);
    expect(kinds(holed(square(8, 8)))).toEqual(["hole"]);
    expect(
      check(
        polygon([
          [0, 0],
          [0, 0],
          [9, 0],
          [0, 9],
        ]),
      ),
    ).toMatchObject([{ kind: "repeat", positions: [[0, 0]] }]);
    expect(check(square(), { extent: [0, 0, 8, 20] })).toMatchObject([
      {
        kind: "outside",
        positions: [
          [10, 0],
          [10, 10],
        ],
      },
    ]);
    expect(check(square(), { extent: [50, 0, 80, 20] })[0]!.sentence).toMatch(/outside/);
    expect(kinds(wobbly(101), { mostVertices: 100 })).toEqual(["vertices"]);
  });

  it("tell slivers and duplicates", () => {
    const strip = polygon([
      [0, 0],
      [50, 0],
      [50, 1],
      [0, 1],
    ]);
    expect(meanWidth(strip)).toBeCloseTo(1, 1);
    expect(kinds(strip, { pixel: 1 })).toEqual(["sliver"]);
    expect(kinds(strip, { pixel: 0.3 })).toEqual([]);
    expect(roundness(square())).toBeCloseTo(Math.PI / 4, 12);
    expect(kinds(far(square()), { others: [far(square()), square()] })).toEqual(["duplicate"]);
    expect(kinds(square(), { others: move([square()], 0.6, 0) })).toEqual([]);
    expect(check(square(), { others: move([square()], 0.3, 0) })[0]!.sentence).toMatch(/94 %/);
  });
});
