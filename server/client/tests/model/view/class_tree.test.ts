import { describe, expect, it } from "vitest";

import { above, indented, pathOf, possibleParents, siblings, withBelow } from "../../../src/model/view/class_tree";
import { togglesAll } from "../../../src/model/view/filter";

const one = (key: string, parent: string | null = null) => ({ key, name: key.toUpperCase(), parent });
const [vehicle, truck, tanker, car, tree] = [
  one("vehicle"),
  one("truck", "vehicle"),
  one("tanker", "truck"),
  one("car", "vehicle"),
  one("tree"),
];
const ALL = [vehicle, truck, tanker, car, tree];
const keys = (found: readonly { key: string }[]): string => found.map(({ key }) => key).join(" ");

describe("tree of classes", () => {
  it("knows what stands above, below and beside a class", () => {
    expect(keys(above(tanker, ALL))).toBe("vehicle truck");
    expect(pathOf(tanker, ALL)).toBe("VEHICLE › TRUCK › TANKER");
    expect(indented(tanker, ALL)).toBe("\u00a0\u00a0\u00a0\u00a0TANKER");
    expect(withBelow("vehicle", ALL)).toEqual(["vehicle", "truck", "tanker", "car"]);
    expect(keys(siblings("truck", ALL))).toBe("truck car");
    expect(keys(siblings("tree", ALL))).toBe("vehicle tree");
  });

  it("offers parents that make neither a circle nor a fifth level", () => {
    expect(keys(possibleParents(vehicle, ALL))).toBe("tree");
    expect(keys(possibleParents(tree, ALL))).toBe("vehicle truck tanker car");
    expect(keys(possibleParents(truck, ALL))).toBe("vehicle car tree");
    const deep = [...ALL.slice(0, 3), one("small", "tanker"), car, tree];
    expect(keys(possibleParents(tree, deep))).toBe("vehicle truck tanker car");
    expect(keys(possibleParents(vehicle, deep))).toBe("");
  });

  it("ends where others lead in a circle, and takes a class whose parent is gone for one at the top", () => {
    const damaged = [one("a", "b"), one("b", "a"), one("c", "gone")];
    expect(keys(above(damaged[0]!, damaged))).toBe("a b");
    expect(above(damaged[2]!, damaged)).toEqual([]);
  });

  it("hides a class with those below it, and shows all where any was hidden", () => {
    const own = withBelow("vehicle", ALL);
    const hidden = togglesAll(new Set(["tree"]), own);
    expect([...hidden].sort()).toEqual(["car", "tanker", "tree", "truck", "vehicle"]);
    expect([...togglesAll(new Set(["tree", "truck"]), own)]).toEqual(["tree"]);
  });
});
