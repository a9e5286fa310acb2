import { describe, expect, it } from "vitest";

import { draftOf, isHit, listed, nextOpen, sameRevisions } from "../../../src/model/view/pins";

const pin = (uid: string, state: "open" | "resolved" | "removed" = "open", revision = 1) => ({
  uid,
  x: 10,
  y: 20,
  text: "?",
  state,
  revision,
});
const ALL = [pin("a", "resolved"), pin("b"), pin("c")];

describe("pins", () => {
  it("are listed open ones first, resolved ones if they are asked for", () => {
    expect(listed(ALL, false).map(({ uid }) => uid)).toEqual(["b", "c"]);
    expect(listed(ALL, true).map(({ uid }) => uid)).toEqual(["b", "c", "a"]);
  });

  it("follow each other while they are open", () => {
    expect([null, "b", "c", "a"].map((uid) => nextOpen(ALL, uid)?.uid)).toEqual(["b", "c", "b", "b"]);
    expect(nextOpen([pin("a", "resolved")], null)).toBeNull();
  });

  it("are hit on their marker, above the place", () => {
    expect([20, 40, 75].map((y) => isHit(pin("a"), [10, y], 2))).toEqual([true, true, true]);
    expect([10, 90].map((y) => isHit(pin("a"), [10, y], 2))).toEqual([false, false]);
    expect(isHit(pin("a"), [40, 40], 2)).toBe(false);
  });

  it("are the same by their revisions", () => {
    expect(sameRevisions(ALL, [...ALL])).toBe(true);
    expect(sameRevisions(ALL, [ALL[0]!, pin("b", "open", 2), ALL[2]!])).toBe(false);
    expect(sameRevisions(ALL, ALL.slice(1))).toBe(false);
  });

  it("are drafts where all is there", () => {
    expect(draftOf(JSON.stringify({ ...pin("a"), author: "ana" }))).toEqual(pin("a"));
    for (const bad of ["", "null", "{}", JSON.stringify(pin("a", "removed"))]) expect(draftOf(bad)).toBeNull();
  });
});
