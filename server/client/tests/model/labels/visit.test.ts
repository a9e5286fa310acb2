import { describe, expect, it } from "vitest";

import { accept, draw, invert, propose, reject, remove } from "../../../src/model/labels/change";
import { Visit } from "../../../src/model/labels/visit";
import { sample, square } from "../../samples";

const [a, b] = [sample({ uid: "a" }), sample({ uid: "b" })];
const old = sample({ uid: "old", state: "accepted" });

const visit = (): Visit => new Visit({ proposed: 2, accepted: 1, rejected: 0 });

describe("a visit", () => {
  it("counts each object once, as it is now", () => {
    const done = visit();
    const drawn = draw([{ uid: "new", classKey: "tree", geometry: square() }])!;
    for (const step of [accept([a, b])!, reject([{ ...b, state: "accepted" }])!, drawn, reject([old])!])
      done.took(step);
    expect(done.done).toEqual({ accepted: 1, rejected: 2, drawn: 1 });
    expect(done.counts.value).toEqual({ proposed: 0, accepted: 2, rejected: 2 });
  });

  it("does not count what was undone, proposed again, or deleted after it was drawn", () => {
    const done = visit();
    const drawn = draw([{ uid: "new", classKey: "tree", geometry: square() }])!;
    const gone = remove([sample({ uid: "new", state: "accepted" })])!;
    for (const step of [accept([a])!, invert(accept([a])!), reject([b])!, propose([{ ...b, state: "rejected" }])!])
      done.took(step);
    done.took(drawn);
    done.took(gone);
    expect(done.done).toEqual({ accepted: 0, rejected: 0, drawn: 0 });
    expect(done.counts.value).toEqual({ proposed: 2, accepted: 1, rejected: 0 });
  });

  it("counts what the server decided at once, also where some of it is changed later, and undone", () => {
    const done = new Visit({ proposed: 10, accepted: 0, rejected: 0 });
    done.tookBulk("accepted", 10);
    const other = reject([old])!;
    done.took(other);
    expect(done.done).toEqual({ accepted: 9, rejected: 1, drawn: 0 });
    done.took(invert(other));
    done.tookBulk("accepted", -10);
    expect(done.done).toEqual({ accepted: 0, rejected: 0, drawn: 0 });
  });
});
