import { describe, expect, it } from "vitest";

import { SketchPath } from "../../src/modes/sketch_path";

const at = (x: number) => ({ position: [x, 0] as const });

describe("the path of a drawing", () => {
  it("takes each gesture back at once, and sets it again until something else is set", () => {
    const path = new SketchPath();
    path.add([at(1)]);
    path.add([at(2), at(3)]);
    expect([path.stepBack(), path.length, path.stepForward(), path.length]).toEqual([true, 1, true, 3]);
    path.stepBack();
    path.add([at(4)]);
    expect(path.stepForward()).toBe(false);
    expect([path.stepBack(), path.stepBack(), path.stepBack()]).toEqual([true, true, false]);
  });

  it("undoes a stroke at once, and takes one back that did not end", () => {
    const path = new SketchPath();
    path.add([at(1)]);
    path.stroke([2, 0]);
    path.stroke([3, 0]);
    expect([path.endStroke(), path.length]).toEqual([false, 3]);
    path.stroke([4, 0]);
    // Undo in the middle of a stroke is of the stroke.
    expect([path.stepBack(), path.length, path.dropStroke()]).toEqual([true, 3, false]);
    expect([path.stepBack(), path.length]).toEqual([true, 1]);
  });

  it("goes on from what was kept", () => {
    const path = new SketchPath();
    path.add([at(1), at(2)]);
    path.add([at(3)]);
    const again = new SketchPath(null, path.sketch);
    expect([again.stepBack(), again.corners]).toEqual([true, [[1, 0], [2, 0]]]); // prettier-ignore
  });
});
