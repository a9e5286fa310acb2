import { describe, expect, it } from "vitest";

import { FeatureIndex } from "../../../src/model/view/feature_index";
import type { Extent, Feature } from "../../../src/model/feature";
import { extentOf } from "../../../src/model/shapes/geometry";
import { extentsMeet } from "../../../src/model/shapes/ring";
import { sample, square } from "../../samples";
import { seeded } from "../../seeded";

const uidsIn = (atlas: FeatureIndex, box: Extent): string[] =>
  atlas
    .within(box)
    .map(({ feature }) => feature.uid)
    .sort();

describe("atlas", () => {
  it("agrees with going through all features, whatever came, moved and went", () => {
    const random = seeded(3);
    const [atlas, all] = [new FeatureIndex(), new Map<string, Feature>()];
    const put = (features: Feature[]): void => {
      atlas.put(features);
      for (const f of features) {
        if (f.deleted) all.delete(f.uid);
        else all.set(f.uid, f);
      }
    };
    for (let round = 0; round < 40; round++) {
      const uids = Array.from({ length: 60 }, () => `f${Math.floor(random() * 500)}`);
      put(
        [...new Set(uids)].map((uid) =>
          sample({ uid, geometry: square(random() * 1000, random() * 1000, random() * 40), deleted: random() < 0.2 }),
        ),
      );
      if (round % 10 === 9) {
        const gone = [...all.keys()].slice(0, 30);
        atlas.forget(gone);
        for (const uid of gone) all.delete(uid);
      }
      const [x, y] = [random() * 1000, random() * 1000];
      const box: Extent = [x, y, x + 200, y + 100];
      const expected = [...all.values()].filter((f) => extentsMeet(extentOf(f.geometry), box)).map((f) => f.uid);
      expect(uidsIn(atlas, box)).toEqual(expected.sort());
      expect(atlas.size).toBe(all.size);
    }
  });

  it("tells what came and went, so that both places are drawn anew", () => {
    const atlas = new FeatureIndex();
    atlas.put([sample({ uid: "a", geometry: square(0, 0) })]);
    const moved = atlas.put([sample({ uid: "a", geometry: square(100, 0) })]);
    expect(moved.map(({ minX }) => minX)).toEqual([0, 100]);
    expect(atlas.get("a")!.maxX).toBe(110);
  });

  it("forgets many at once", () => {
    const atlas = new FeatureIndex();
    const many = Array.from({ length: 3000 }, (_, i) => sample({ uid: `f${i}`, geometry: square(i, 0) }));
    atlas.put(many);
    atlas.forget(many.slice(0, 2500).map((f) => f.uid));
    expect(atlas.within([0, 0, 9e9, 10])).toHaveLength(500);
  });
});
