import { expect, test } from "vitest";

import { changeOf, nextChange, saysChange } from "../../../src/model/labels/change_over_time";

test("the words come in turn, and then none", () => {
  const words = [null, "new", "gone", "changed"] as const;
  expect(words.map(nextChange)).toEqual(["new", "gone", "changed", null]);
});

test("the word is read back from attributes, and nothing else is", () => {
  expect(changeOf(saysChange("gone", "town-2019"))).toBe("gone");
  expect(saysChange(null, "town-2019")).toEqual({ change: null, compared_with: null });
  expect(changeOf({ change: "burnt" })).toBeNull();
  expect(changeOf({})).toBeNull();
});
