import { describe, expect, it } from "vitest";

import { bringBack, invert, revert, toEdit } from "../../../src/model/labels/change";
import { overlay } from "../../../src/model/labels/edit";
import { changesBetween, othersSince } from "../../../src/model/labels/versions";
import { sample, square } from "../../samples";

const first = sample({ revision: 1 });
const version = (revision: number, author: string) => ({ revision, author, time: "", feature: sample({ revision }) });

describe("revisions of an object", () => {
  it("say what they changed", () => {
    expect(changesBetween(null, first)).toEqual(["found"]);
    expect(changesBetween(null, sample({ origin: "human" }))).toEqual(["drawn"]);
    expect(changesBetween(first, { ...first, deleted: true })).toEqual(["deleted"]);
    expect(changesBetween({ ...first, deleted: true }, first)).toEqual(["restored"]);
    const other = sample({ geometry: square(1, 1), classKey: "car", state: "accepted", attributes: { roof: "flat" } });
    expect(changesBetween(first, other)).toEqual(["outline", "class", "state", "attributes"]);
    expect(changesBetween(first, { ...first })).toEqual([]);
  });

  it("know the work of others that came later", () => {
    const all = [version(1, "m"), version(2, "ana"), version(3, "ben"), version(4, "ana")];
    expect(othersSince(all, all[0]!, "ana")?.revision).toBe(3);
    expect(othersSince(all, all[2]!, "ana")).toBeNull();
  });

  it("can be gone back to, in a step with an inverse", () => {
    const now = sample({ state: "accepted", geometry: square(3, 3), attributes: { roof: "flat" }, revision: 3 });
    const step = revert(now, first, "Back")!;
    const edit = toEdit(step.changes[0]!, true);
    expect(edit).toEqual({
      op: "update",
      uid: now.uid,
      state: "proposed",
      geometry: first.geometry,
      set_attributes: { roof: null },
    });
    expect(overlay(now, edit, "ana")).toMatchObject({ state: "proposed", attributes: {}, geometry: first.geometry });
    expect(overlay(first, toEdit(invert(step).changes[0]!, true), "ana")).toMatchObject({
      attributes: { roof: "flat" },
    });
    expect(revert(first, first, "Back")).toBeNull();
  });

  it("bring a deleted object back, without what it got later", () => {
    const gone = sample({ deleted: true, attributes: { roof: "flat" }, revision: 3 });
    const edit = toEdit(revert(gone, first, "Back")!.changes[0]!, true);
    expect(edit).toMatchObject({ op: "restore", state: "proposed", set_attributes: { roof: null } });
    expect(overlay(gone, edit, "ana")).toMatchObject({ deleted: false, attributes: {} });
    expect(toEdit(bringBack([gone])!.changes[0]!, true)).toMatchObject({ op: "restore", geometry: gone.geometry });
  });
});
