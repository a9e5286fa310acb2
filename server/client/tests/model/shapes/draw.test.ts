import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { area } from "../../../src/model/shapes/geometry";
import { circle, circleAcross, circleThrough, roundOff } from "../../../src/model/shapes/circle";
import { orientedRectangle, rectangle } from "../../../src/model/shapes/rectangle";
import { isRefused } from "../../../src/model/shapes/result";
import { locate, signedArea } from "../../../src/model/shapes/ring";
import { heldBack, reachOf, rightAngle, rightAngles, snap } from "../../../src/model/shapes/snap";
import { trace } from "../../../src/model/shapes/trace";
import { square } from "../../samples";
import { FAR, done, far, numbers, polygon } from "./arbitrary";

const positions = fc.tuple(numbers(-50, 50), numbers(-50, 50));

describe("drawing", () => {
  it("makes rectangles", () => {
    expect(done(rectangle([10, 0], [0, 10]))).toEqual(square());
    expect(rectangle([1, 5], [3, 5])).toHaveProperty("problem");
    expect(area(done(orientedRectangle([0, 0], [3, 4], [-4, 3])))).toBeCloseTo(25, 12);
    expect(orientedRectangle([0, 0], [1, 1], [2, 2])).toHaveProperty("problem");
    fc.assert(
      fc.property(positions, positions, positions, (a, b, c) => {
        const made = orientedRectangle(a, b, c);
        if (isRefused(made) || area(made.ok) < 1e-3) return;
        const ring = made.ok.coordinates[0]!;
        expect(signedArea(ring)).toBeGreaterThan(0);
        const cos =
          (ring[1]![0]! - ring[0]![0]!) * (ring[2]![0]! - ring[1]![0]!) +
          (ring[1]![1]! - ring[0]![1]!) * (ring[2]![1]! - ring[1]![1]!);
        expect(Math.abs(cos)).toBeLessThan(1e-9);
      }),
    );
  });

  it("makes circles as round as wanted", () => {
    const ring = done(circle(FAR, 10, 0.01)).coordinates[0]!;
    expect(ring.length - 1).toBe(71);
    for (let i = 0; i + 1 < ring.length; i++) {
      const middle = Math.hypot(
        (ring[i]![0]! + ring[i + 1]![0]!) / 2 - FAR[0]!,
        (ring[i]![1]! + ring[i + 1]![1]!) / 2 - FAR[1]!,
      );
      expect(10 - middle).toBeLessThan(0.0101);
    }
    expect(done(circle([0, 0], 1, 5)).coordinates[0]!.length).toBe(9);
    expect(circle([0, 0], 0, 1)).toHaveProperty("problem");
  });
});

describe("circles", () => {
  it("go through two rim points or three", () => {
    const across = done(circleAcross([0, 0], [6, 8], 0.001)).coordinates[0]!;
    for (const [x, y] of across) expect(Math.hypot(x! - 3, y! - 4)).toBeCloseTo(5, 9);
    fc.assert(
      fc.property(positions, positions, positions, (a, b, c) => {
        const made = circleThrough(a, b, c, 1e-6);
        const twice = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        if (isRefused(made) || Math.abs(twice) < 1) return;
        const ring = made.ok.coordinates[0]!;
        const [p, q] = [ring[0]!, ring[Math.floor((ring.length - 1) / 2)]!];
        if ((ring.length - 1) % 2) return;
        const [centre, radius] = [
          [(p[0]! + q[0]!) / 2, (p[1]! + q[1]!) / 2],
          Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!) / 2,
        ];
        for (const at of [a, b, c]) expect(Math.hypot(at[0] - centre[0]!, at[1] - centre[1]!)).toBeCloseTo(radius, 5);
      }),
    );
    expect(circleThrough([0, 0], [1, 1], [2, 2], 1)).toHaveProperty("problem");
    expect(circleAcross([1, 1], [1, 1], 1)).toHaveProperty("problem");
  });

  it("take the place and the area of an outline, and leave its holes", () => {
    const made = done(roundOff(far(square(3, 4, 10)), 1e-4));
    const [before] = far(square(3, 4, 10)).coordinates;
    expect(area(made)).toBeCloseTo(100, 1);
    const xs = made.coordinates[0]!.map((p) => p[0]!);
    expect((Math.min(...xs) + Math.max(...xs)) / 2).toBeCloseTo((before![0]![0]! + before![2]![0]!) / 2, 6);
    const hole = square(4, 4, 1).coordinates[0]!;
    expect(done(roundOff({ ...square(), coordinates: [square().coordinates[0]!, hole] }, 1)).coordinates[1]).toBe(hole);
  });
});

describe("snapping", () => {
  const pair = [square(), far(square())];

  it("prefers corners, then edges, within reach", () => {
    expect(snap([9.5, 0.5], pair, 1)).toMatchObject({ kind: "vertex", position: [10, 0], index: 1 });
    expect(snap([5, 0.5], pair, 1)).toMatchObject({ kind: "edge", position: [5, 0], index: 0 });
    expect(snap([5, 1.5], pair, 1)).toBeNull();
    expect(snap([9.5, 0.5], pair, 1, { vertices: false })).toMatchObject({ kind: "edge" });
    expect(snap([5, 0.5], pair, 1, { edges: false })).toBeNull();
    expect(snap([0, 0], pair, 1, { except: (p) => p === 0 })).toBeNull();
    expect(snap([FAR[0]! + 0.1, FAR[1]! + 0.1], pair, 1)?.position).toBe(pair[1]!.coordinates[0]![0]);
  });

  it("guides to right angles and straight ahead", () => {
    expect(rightAngle([0, 0], [10, 0], [10.5, 8], 10)).toEqual([10, 8]);
    expect(rightAngle([0, 0], [10, 0], [10.5, -8], 10)).toEqual([10, -8]);
    expect(rightAngle([0, 0], [10, 0], [20, 1], 10)).toEqual([20, 0]);
    expect(rightAngle([0, 0], [10, 0], [2, 0.1], 10)).toBeNull();
    expect(rightAngle([0, 0], [10, 0], [15, 5], 10)).toBeNull();
    expect(
      rightAngles(
        [
          [0, 0],
          [10, 0],
          [10, 8],
        ],
        [0.4, 8.3],
        10,
      ),
    ).toEqual([0, 8]);
  });
});

describe("tracing", () => {
  const ring = square().coordinates[0]!;

  it("goes the shorter way, or the other", () => {
    const [from, to] = [
      { index: 0, position: [8, 0] },
      { index: 1, position: [10, 6] },
    ];
    expect(trace(ring, from, to)).toEqual([
      [8, 0],
      [10, 0],
      [10, 6],
    ]);
    expect(trace(ring, to, from)).toEqual([
      [10, 6],
      [10, 0],
      [8, 0],
    ]);
    expect(trace(ring, from, to, true)).toEqual([
      [8, 0],
      [0, 0],
      [0, 10],
      [10, 10],
      [10, 6],
    ]);
    expect(trace(ring, from, { index: 0, position: [2, 0] })).toEqual([
      [8, 0],
      [2, 0],
    ]);
    expect(trace(ring, from, { index: 0, position: [2, 0] }, true).length).toBe(6);
    expect(trace(ring, { index: 1, position: [10, 0] }, { index: 4, position: [0, 0] })).toEqual([
      [10, 0],
      [0, 0],
    ]);
  });

  it("goes all the way round with both ways together", () => {
    const star = polygon([
      [0, 0],
      [9, 1],
      [4, 4],
      [1, 9],
    ]).coordinates[0]!;
    const corners = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(corners, corners, (i, j) => {
        const [from, to] = [
          { index: i, position: star[i]! },
          { index: j, position: star[j]! },
        ];
        const both = [trace(star, from, to), trace(star, from, to, true)];
        const visited = new Set(both.flat().map((p) => `${p}`));
        if (i !== j) expect(visited.size).toBe(4);
        expect(both[0]!.every((p) => locate(star, p) === "border")).toBe(true);
      }),
    );
  });
});

describe("the reach of snapping", () => {
  it("is a quarter of the shorter side of what is drawn, of the longer one while it is begun", () => {
    const corners = [
      [0, 0],
      [8, 0],
      [8, 4],
    ] as const;
    expect([reachOf(corners.slice(0, 1), false), reachOf(corners.slice(0, 2), false), reachOf(corners, true)]).toEqual([
      Infinity,
      2,
      1,
    ]);
  });

  it("puts corners back that were moved farther, once the object is known to be that small", () => {
    const moved = [
      { position: [-3, 0], pointed: [0, 0] },
      { position: [6.5, 0], pointed: [6, 0] },
      { position: [6, 3] },
    ] as const;
    expect(heldBack(moved.slice(0, 1), 3)).toEqual([[-3, 0]]);
    expect(heldBack(moved, 3)).toEqual([
      [0, 0],
      [6.5, 0],
      [6, 3],
    ]);
  });
});
