import { describe, expect, it } from "vitest";

import type { Finding } from "../../../src/model/view/health";
import { pauseAfterFindings, rowOf, signatureOf } from "../../../src/model/view/health";
import { formatHash, parseHash } from "../../../src/model/view/view";

const UID = "0123456789abcdef0123456789abcdef";
const finding = (news: Partial<Finding> = {}): Finding => ({
  kind: "left-out",
  message: "not in the label file: it is too large",
  scene_id: 3,
  scene: "Town",
  uids: [UID],
  features: 1,
  ...news,
});

describe("what is wrong", () => {
  it("is named with its scene and a link that goes to the object", () => {
    const row = rowOf(finding({ features: 21 }));
    expect(row.heading).toBe("Objects that are in no label file");
    expect(row.message).toBe("Not in the label file: it is too large.");
    expect(row.remedy).toContain("`geoengine check -p DIR --restore`");
    expect(row.links).toEqual([{ label: "Object 01234567… in Town", hash: `#scene=3&feature=${UID}` }]);
    expect(row.unnamed).toBe(20);
  });

  it("is linked to its scene, where it is of no object, and to nothing where the scene cannot be read", () => {
    const raster = finding({ kind: "raster", uids: [], features: 0 });
    expect(rowOf(raster).links).toEqual([{ label: "Open Town", hash: "#scene=3" }]);
    expect(rowOf({ ...raster, kind: "damaged", scene: null }).links).toEqual([]);
    expect(rowOf({ ...raster, scene_id: null, scene: null }).links).toEqual([]);
  });

  it("is shown also where a newer server knows more kinds", () => {
    const row = rowOf(finding({ kind: "flood" as Finding["kind"], message: "Water!" }));
    expect([row.heading, row.message]).toEqual(["Something is wrong", "Water!"]);
  });

  it("is said anew when other things are wrong, not when they are older", () => {
    const [one, older] = [finding({ message: "2.1 s" }), finding({ message: "3.4 s" })];
    expect(signatureOf([one])).toBe(signatureOf([older]));
    expect(signatureOf([one])).not.toBe(signatureOf([finding({ uids: [] })]));
    expect(signatureOf([])).not.toBe(signatureOf([one]));
  });

  it("is asked for rarely", () => {
    expect(pauseAfterFindings([])).toBeGreaterThan(pauseAfterFindings([finding()]));
    expect(pauseAfterFindings([finding()])).toBeGreaterThanOrEqual(15_000);
  });
});

describe("the hash", () => {
  it("names a scene, a view of it, or a feature", () => {
    const view = { x: 10.5, y: -20, resolution: 0.1 };
    for (const position of [
      { scene: 1, view: null },
      { scene: 1, view },
      { scene: 1, view: null, feature: "a&b" },
    ]) {
      expect(parseHash(formatHash(position))).toEqual(position);
    }
    expect(parseHash("#jobs")).toBeNull();
    expect(parseHash("#scene=1&feature=")).toEqual({ scene: 1, view: null });
  });
});
