import { describe, expect, it } from "vitest";

import { difference, hardToSee, labOf, labOfHex } from "../../../src/model/view/color_difference";

describe("the difference of colours", () => {
  it("is that of the published test data", () => {
    // Sharma, Wu and Dalal (2005), table 1: pairs 1, 7, 9, 13, 17, 20, 25 and 34.
    const pairs = [
      [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
      [[50, 0, 0], [50, -1, 2], 2.3669],
      [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
      [[50, -0.001, 2.49], [50, 0.0009, -2.49], 4.8045],
      [[50, 2.5, 0], [73, 25, -18], 27.1492],
      [[50, 2.5, 0], [58, 24, 15], 19.4535],
      [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
      [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
    ] as const;
    for (const [a, b, expected] of pairs) {
      expect(difference(a, b)).toBeCloseTo(expected, 4);
      expect(difference(b, a)).toBeCloseTo(expected, 4);
    }
  });

  it("names the classes that are lost on a scene", () => {
    const woods = Array.from({ length: 10 }, (_, i) => labOf(20 + 5 * i, 80 + 8 * i, 30 + 4 * i));
    const classes = [
      { name: "leaf", color: "#2e8b3d" },
      { name: "crown", color: "#ff9900" },
    ];
    expect(hardToSee(classes, woods).map(([one]) => one.name)).toEqual(["leaf"]);
    expect(hardToSee(classes, [])).toEqual([]);
    expect(labOfHex("#ffffff")[0]).toBeCloseTo(100, 2);
  });
});
