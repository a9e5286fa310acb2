import { describe, expect, it } from "vitest";

import { closingReach } from "../../../src/model/shapes/closing";

const reach = (...corners: [number, number][]): number => closingReach(corners, 2, 10);

describe("the reach of the click that closes an outline", () => {
  it("is less than the distance of the next corner of a small or narrow one", () => {
    expect(reach([0, 0], [100, 0], [100, 100])).toBe(10);
    expect(reach([0, 0], [8, 0], [8, 8])).toBeLessThan(8);
    expect(reach([0, 0], [6, 0], [6, 3])).toBeLessThan(3);
    expect(reach([0, 0], [60, 0], [60, 3])).toBeLessThan(3);
    expect(reach([0, 0], [42, 42], [40, 44])).toBeLessThan(Math.hypot(2, 2));
  });
});
