import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Polygon, Position } from "../../../src/model/feature";
import { area, extentOf, lineOf, pointAt } from "../../../src/model/shapes/geometry";
import { across, fits, fitted, kindOf, moveBoxCorners } from "../../../src/model/shapes/kind";
import { rotate } from "../../../src/model/shapes/transform";
import { square } from "../../samples";
import { done, numbers, polygon, stars } from "./arbitrary";

const line = lineOf([[0, 0], [1, 1]]); // prettier-ignore
const turned = (by: number): Polygon => rotate([square()], [3, 4], by)[0]!;

describe("kinds", () => {
  it("hold the geometries of their own type", () => {
    const [triangle, point] = [polygon([[0, 0], [5, 0], [0, 5]]), pointAt([1, 2])]; // prettier-ignore
    const kinds = ["polygon", "box", "oriented-box", "line", "point"] as const;
    const held = (geometry: Parameters<typeof fits>[0]) => kinds.filter((kind) => fits(geometry, kind));
    expect(held(triangle)).toEqual(["polygon"]);
    expect(held(square())).toEqual(["polygon", "box", "oriented-box"]);
    expect(held(turned(0.3))).toEqual(["polygon", "oriented-box"]);
    expect(held(line)).toEqual(["line"]);
    expect(held(point)).toEqual(["point"]);
    expect([triangle, line, point].map(kindOf)).toEqual(["polygon", "line", "point"]);
  });

  it("take outlines as the boxes around them", () => {
    fc.assert(
      fc.property(stars, (star) => {
        const box = done(fitted(star, "box"));
        expect(fits(box, "box")).toBe(true);
        expect(extentOf(box)).toEqual(extentOf(star));
        expect(fits(done(fitted(star, "oriented-box")), "oriented-box")).toBe(true);
        expect(done(fitted(star, "polygon"))).toBe(star);
      }),
    );
    const box = square();
    expect(done(fitted(box, "box"))).toBe(box);
  });
});

describe("a box", () => {
  it("keeps the opposite corner where one is dragged, and stays a box", () => {
    const moved = moveBoxCorners(square(), new Set([2]), 5, -3);
    expect(moved.coordinates[0]).toEqual([[0, 0], [15, 0], [15, 7], [0, 7], [0, 0]]); // prettier-ignore
    fc.assert(
      fc.property(
        numbers(0, 6),
        fc.integer({ min: 0, max: 3 }),
        numbers(-30, 30),
        numbers(-30, 30),
        (by, i, dx, dy) => {
          const box = turned(by);
          const made = moveBoxCorners(box, new Set([i]), dx, dy);
          fc.pre(area(made) > 1);
          expect(fits(made, "oriented-box")).toBe(true);
          const [was, is] = [box.coordinates[0]![(i + 2) % 4]!, made.coordinates[0]![(i + 2) % 4]!];
          expect(is).toEqual(was);
          const corner = made.coordinates[0]![i]!;
          expect(corner[0]).toBeCloseTo(box.coordinates[0]![i]![0]! + dx, 6);
        },
      ),
    );
  });

  it("keeps to the axes exactly", () => {
    const box: Polygon = polygon([[344001.2, 3065003.4], [344010.7, 3065003.4], [344010.7, 3065020.1], [344001.2, 3065020.1]]); // prettier-ignore
    const ring = moveBoxCorners(box, new Set([0]), -0.3, 0.7).coordinates[0]!;
    expect(ring[0]![0]).toBe(ring[3]![0]);
    expect(ring[0]![1]).toBe(ring[1]![1]);
    expect(ring[2]).toEqual([344010.7, 3065020.1]);
  });

  it("has sides that move across only", () => {
    const [a, b] = [[0, 0], [10, 0]] as [Position, Position]; // prettier-ignore
    expect(across(a, b, 3, 4)).toEqual([0, 4]);
    const moved = moveBoxCorners(square(), new Set([0, 1]), 0, -4);
    expect(extentOf(moved)).toEqual([0, -4, 10, 10]);
  });
});
