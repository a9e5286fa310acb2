import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { lineOf } from "../../../src/model/shapes/geometry";
import { cutLine, joinLines, lengthOf, positionsOf, simplifyLine, splitAt } from "../../../src/model/shapes/line";
import { refuse } from "../../../src/model/shapes/result";
import { distanceToSegment } from "../../../src/model/shapes/segment";
import { TEXTS } from "../../../src/texts";
import { done, numbers } from "./arbitrary";

// prettier-ignore
const BENT = lineOf([[0, 0], [10, 0], [10, 10], [20, 10]]);

const lines = fc
  .array(fc.tuple(numbers(-100, 100), numbers(-100, 100)), { minLength: 2, maxLength: 20 })
  .map((positions) => lineOf(positions))
  .filter((line) => lengthOf(line) > 1);

describe("lines", () => {
  it("are split at vertices between their ends only", () => {
    expect(splitAt(BENT, [0, 3])).toEqual([BENT]);
    expect(splitAt(BENT, [2, 1]).map(positionsOf)).toEqual([
      [[0, 0], [10, 0]],
      [[10, 0], [10, 10]],
      [[10, 10], [20, 10]],
    ]); // prettier-ignore
  });

  it("are cut where another one crosses them, the longest piece first", () => {
    const pieces = done(cutLine(BENT, [[15, 0], [15, 20]])).map(positionsOf); // prettier-ignore
    expect(pieces).toEqual([
      [[0, 0], [10, 0], [10, 10], [15, 10]],
      [[15, 10], [20, 10]],
    ]); // prettier-ignore
    expect(cutLine(BENT, [[0, 5], [5, 5]])).toEqual(refuse(TEXTS.shapes.cutsNoLine)); // prettier-ignore
    // Through a vertex, and at an end, where there is nothing to cut off.
    expect(done(cutLine(BENT, [[5, 5], [15, -5]])).map(lengthOf)).toEqual([20, 10]); // prettier-ignore
    expect(cutLine(BENT, [[0, -5], [0, 5]])).toEqual(refuse(TEXTS.shapes.cutsNoLine)); // prettier-ignore
  });

  it("keep their length when they are cut", () => {
    const cut = fc.tuple(numbers(-100, 100), numbers(-100, 100));
    fc.assert(
      fc.property(lines, cut, cut, (line, a, b) => {
        const made = cutLine(line, [a, b]);
        if ("problem" in made) return;
        const total = made.ok.reduce((sum, piece) => sum + lengthOf(piece), 0);
        expect(total).toBeCloseTo(lengthOf(line), 6);
        expect(made.ok.length).toBeGreaterThan(1);
      }),
    );
  });

  it("are joined where they end at one place, whichever way they run", () => {
    const [a, b] = splitAt(BENT, [2]) as [typeof BENT, typeof BENT];
    const back = lineOf([...positionsOf(b)].reverse());
    for (const other of [b, back]) expect(done(joinLines([a, other], 0))).toEqual(BENT);
    expect(done(joinLines([b, a], 0))).toEqual(BENT);
    expect(joinLines([a, lineOf([[50, 50], [60, 60]])], 1)).toEqual(refuse(TEXTS.shapes.endsApart)); // prettier-ignore
  });

  it("are joined in a row, over a gap that cannot be seen", () => {
    const [a, b, c] = splitAt(BENT, [1, 2]) as [typeof BENT, typeof BENT, typeof BENT];
    expect(done(joinLines([b, c, a], 0))).toEqual(BENT);
    const near = lineOf([[10.2, 0], [10, 10]]); // prettier-ignore
    expect(positionsOf(done(joinLines([a, near], 0.5)))).toEqual([[0, 0], [10, 0], [10, 10]]); // prettier-ignore
    expect(positionsOf(done(joinLines([near, a], 0.5)))).toEqual([[0, 0], [10.2, 0], [10, 10]]); // prettier-ignore
  });

  it("stay near what they were when they are simplified, with their ends", () => {
    fc.assert(
      fc.property(lines, numbers(0.1, 20), (line, tolerance) => {
        const [all, left] = [positionsOf(line), positionsOf(simplifyLine(line, tolerance))];
        expect([left[0], left.at(-1)]).toEqual([all[0], all.at(-1)]);
        for (const p of all) {
          const nearest = Math.min(...left.slice(1).map((b, i) => distanceToSegment(left[i]!, b, p)));
          expect(nearest).toBeLessThanOrEqual(tolerance + 1e-9);
        }
      }),
    );
  });
});
