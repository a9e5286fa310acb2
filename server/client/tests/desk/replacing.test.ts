// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import { offerReplacing } from "../../src/desk/replacing";
import type { Polygon } from "../../src/model/feature";
import { draw, reject } from "../../src/model/labels/change";
import { fakeDesk } from "../modes/fake_desk";
import { sample } from "../samples";

const square = (x: number, side: number): Polygon => ({
  type: "Polygon",
  coordinates: [
    [
      [x, 0],
      [x + side, 0],
      [x + side, side],
      [x, side],
      [x, 0],
    ],
  ],
});

function drawn(x: number, classKey = "car") {
  const proposal = sample({ uid: "p", state: "proposed", classKey: "tree", score: 0.8, geometry: square(0, 10) });
  const made = fakeDesk(proposal);
  made.desk.commit(draw([{ uid: "new", classKey, geometry: square(x, 10) }]));
  offerReplacing(made.desk, "new");
  return made.desk;
}

describe("replacing a proposal", () => {
  it("is one step: the proposal takes class and outline, what was drawn goes, undo brings both back", () => {
    const desk = drawn(2);
    const { labels } = desk.workspace;
    expect(desk.decisions.offer.value!.words).toBe("Drawn over a proposal (tree, 0.80), IoU 0.67.");
    desk.decisions.offer.value!.run();
    expect(desk.decisions.offer.value).toBeNull();
    expect(labels.get("p")).toMatchObject({ classKey: "car", state: "accepted", geometry: square(2, 10), score: 0.8 });
    expect(labels.get("new")!.deleted).toBe(true);
    desk.workspace.undo();
    expect(labels.get("p")).toMatchObject({ classKey: "tree", state: "proposed", geometry: square(0, 10) });
    expect(labels.get("new")!.deleted).toBe(false);
  });

  it("is not offered for less than half, and no longer after another step", () => {
    expect(drawn(4).decisions.offer.value).toBeNull();
    const desk = drawn(2);
    const offer = desk.decisions.offer.value!;
    desk.commit(reject([desk.workspace.labels.get("p")!]));
    expect(desk.decisions.offer.value).toBeNull();
    offer.run();
    expect(desk.workspace.labels.get("p")!.state).toBe("rejected");
    expect(desk.notice.value).not.toBe("");
  });
});
