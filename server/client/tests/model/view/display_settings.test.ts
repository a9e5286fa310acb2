import { describe, expect, it } from "vitest";

import { adjust, curve, isNeutral, PLAIN, readSettings, tileQuery } from "../../../src/model/view/display_settings";
import { nextScale, formatScale } from "../../../src/model/view/zoom";

describe("the picture", () => {
  it("asks the server for nothing where the scene is shown as it is", () => {
    expect(tileQuery(PLAIN)).toBe("");
    expect(tileQuery(adjust(PLAIN, { bands: "4,3,2", limits: "percentile:2,98" }))).toBe(
      "&bands=4%2C3%2C2&limits=percentile%3A2%2C98",
    );
    expect(tileQuery(adjust(PLAIN, { brightness: 0.5, gamma: 2, contrast: 0.1, opacity: 0.2 }))).toBe("");
  });

  it("drops what does not fit together", () => {
    const single = adjust(PLAIN, { bands: "2", colormap: "viridis", limits: "sigma:2" });
    expect(single).toMatchObject({ bands: "2", colormap: "viridis", limits: "sigma:2" });
    expect(adjust(single, { bands: "ndvi" })).toMatchObject({ colormap: "viridis", limits: null });
    expect(adjust(single, { bands: "natural" })).toMatchObject({ colormap: null, limits: "sigma:2" });
  });

  it("is a curve through every level", () => {
    const plain = curve(PLAIN);
    expect(plain).toHaveLength(256);
    plain.forEach((value, level) => expect(value).toBeCloseTo(level / 255, 12));
    expect(curve({ ...PLAIN, brightness: 0.2 })[0]).toBeCloseTo(0.2, 12);
    expect(curve({ ...PLAIN, gamma: 2 })[64]).toBeCloseTo(Math.sqrt(64 / 255), 12);
    const steep = curve({ ...PLAIN, contrast: 0.5 });
    expect([steep[0], steep[255]]).toEqual([0, 1]);
    expect(steep[127]! + steep[128]!).toBeCloseTo(1, 12);
    expect(curve({ ...PLAIN, contrast: -1 }).every((value) => Math.abs(value - 0.5) < 1e-12)).toBe(true);
    for (let level = 1; level < 256; level++) expect(steep[level]).toBeGreaterThanOrEqual(steep[level - 1]!);
  });

  it("is kept as text, and survives a text that means nothing", () => {
    const picture = adjust(PLAIN, { bands: "1", colormap: "magma", brightness: -0.3, opacity: 0.5 });
    expect(readSettings(JSON.stringify(picture))).toEqual(picture);
    for (const text of [null, "", "{", "null", "[]", "3"]) expect(readSettings(text)).toEqual(PLAIN);
    expect(readSettings('{"gamma": 99, "contrast": "x", "bands": 7, "opacity": -1}')).toEqual({
      ...PLAIN,
      gamma: 4,
      opacity: 0,
    });
    expect(isNeutral(PLAIN)).toBe(true);
    expect(isNeutral(adjust(PLAIN, { opacity: 0.5, bands: "1" }))).toBe(true);
    expect(isNeutral(adjust(PLAIN, { gamma: 1.1 }))).toBe(false);
  });
});

describe("zoom", () => {
  it("goes through whole ratios", () => {
    expect([0.2, 0.25, 0.999999, 1, 1.000001, 1.3, 4].map((scale) => nextScale(scale, 1))).toEqual([
      0.25, 0.5, 2, 2, 2, 2, 8,
    ]);
    expect([0.3, 0.25, 1.000001, 1, 0.999999, 1.3].map((scale) => nextScale(scale, -1))).toEqual([
      0.25, 0.125, 0.5, 0.5, 0.5, 1,
    ]);
  });

  it("is said as a ratio or in percent", () => {
    expect([1, 2.0001, 0.25, 1.5, 0.37, 0.0321].map(formatScale)).toEqual([
      "1:1",
      "2:1",
      "1:4",
      "150 %",
      "37 %",
      "3.2 %",
    ]);
  });
});
