// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";

import { Unfinished } from "../../src/desk/unfinished";

const SKETCH = { positions: [[1, 2], [3, 4]], runs: [2] } as const; // prettier-ignore

beforeEach(() => sessionStorage.clear());

describe("unfinished drawings", () => {
  it("are kept for each scene and mode, with the class that was drawn", () => {
    const here = new Unfinished("town", 1);
    here.entered("draw", "tree");
    expect(here.drawing).toBeNull();
    here.keep("draw", SKETCH);
    const again = new Unfinished("town", 1);
    expect([again.of("draw"), again.of("hole"), again.drawing]).toEqual([
      SKETCH,
      null,
      { mode: "draw", classKey: "tree" },
    ]);
    expect(new Unfinished("town", 2).of("draw")).toBeNull();
    expect(new Unfinished("village", 1).of("draw")).toBeNull();
    again.keep("draw", null);
    expect(sessionStorage).toHaveLength(0);
  });

  it("are not taken from what is no drawing", () => {
    for (const text of [
      '{"sketches":{"draw":{"positions":[[1,"x"]],"runs":[1]}}}',
      '{"sketches":{"draw":{}}}',
      "[",
      "null",
    ]) {
      sessionStorage.setItem("geoengine/unfinished/town/1", text);
      expect(new Unfinished("town", 1).of("draw")).toBeNull();
    }
  });
});
