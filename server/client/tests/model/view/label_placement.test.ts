import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { placeLabels } from "../../../src/model/view/label_placement";

const VIEW = { width: 400, height: 300 };
const SIZE = { height: 15, gap: 2 };
const object = (left: number, top: number, side = 40) => ({ left, top, right: left + side, bottom: top + side });

describe("labels", () => {
  it("lie above their object, or where there is room, with fewer words where there is none for all", () => {
    const [first] = placeLabels([{ object: object(100, 100), widths: [60, 25] }], VIEW, SIZE);
    expect(first).toEqual({ index: 0, words: 0, box: { left: 100, top: 83, right: 160, bottom: 98 } });
    const top = placeLabels([{ object: object(100, 4), widths: [60] }], VIEW, SIZE);
    expect(top[0]!.box.top).toBe(46);
    const edge = placeLabels([{ object: object(380, 100), widths: [60] }], VIEW, SIZE);
    expect(edge[0]!.box.right).toBe(400);
    const same = { object: object(100, 100, 10), widths: [60, 25] };
    const crowd = placeLabels(Array.from({ length: 9 }, () => same), VIEW, SIZE); // prettier-ignore
    expect(crowd.length).toBeLessThan(9);
    expect(placeLabels([{ object: object(500, 100), widths: [60] }], VIEW, SIZE)).toEqual([]);
    expect(placeLabels([{ object: object(10, 100), widths: [500] }], VIEW, SIZE)).toEqual([]);
  });

  it("never lie over each other, nor beyond the view", () => {
    const number = (most: number) => fc.integer({ min: -50, max: most });
    const wanted = fc.record({
      object: fc
        .tuple(number(450), number(350), fc.integer({ min: 1, max: 120 }))
        .map(([x, y, side]) => object(x, y, side)),
      widths: fc.integer({ min: 10, max: 120 }).map((width) => [width, width / 2]),
    });
    fc.assert(
      fc.property(fc.array(wanted, { maxLength: 60 }), (all) => {
        const boxes = placeLabels(all, VIEW, SIZE).map(({ box }) => box);
        for (const [i, a] of boxes.entries()) {
          expect(a.left >= 0 && a.top >= 0 && a.right <= VIEW.width && a.bottom <= VIEW.height).toBe(true);
          for (const b of boxes.slice(i + 1))
            expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
        }
      }),
    );
  });

  it("of 100,000 objects take a moment", () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({ object: object((i * 7) % 400, (i * 13) % 300), widths: [50] })); // prettier-ignore
    const start = performance.now();
    expect(placeLabels(many, VIEW, SIZE).length).toBeGreaterThan(10);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
