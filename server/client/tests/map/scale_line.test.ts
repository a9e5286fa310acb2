// @vitest-environment happy-dom
import { expect, it } from "vitest";

import { plainUnits } from "../../src/map/scale_line";

it("says metres where OpenLayers says millimetres", () => {
  expect(["1000 mm", "500 mm", "1 m", "20 km", "50 μm", ""].map(plainUnits)).toEqual([
    "1 m",
    "0.5 m",
    "1 m",
    "20 km",
    "0.00005 m",
    "",
  ]);
});
