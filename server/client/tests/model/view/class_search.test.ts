import { describe, expect, it } from "vitest";

import { classesLike } from "../../../src/model/view/class_search";

const CLASSES = ["Building", "Bridge", "Small car", "Storage tank", "Étang", "Cargo ship"].map((name) => ({
  key: name.toLowerCase().replaceAll(" ", "-"),
  name,
  color: "#ffffff",
  hotkey: null,
  shape: "free" as const,
  geometry: "polygon" as const,
  parent: null,
  attributes: [],
}));
const found = (text: string): string[] => classesLike(text, CLASSES).map((c) => c.name);

describe("search of classes", () => {
  it("takes the beginning of a name before that of a word, before initials, before what lies within", () => {
    expect(found("br")).toEqual(["Bridge"]);
    expect(found("ca")).toEqual(["Cargo ship", "Small car"]);
    expect(found("st")[0]).toBe("Storage tank");
    expect(found("sc")).toEqual(["Small car"]);
    expect(found("bg")).toEqual(["Building", "Bridge"]);
  });

  it("finds a class by what it stands below, after what is called so itself", () => {
    const vehicle = { ...CLASSES[2]!, key: "vehicle", name: "Vehicle" };
    const truck = { ...vehicle, key: "truck", name: "Truck", parent: "vehicle" };
    const tanker = { ...vehicle, key: "tanker", name: "Tanker", parent: "truck" };
    const among = [vehicle, truck, tanker, { ...CLASSES[0]!, name: "Old vehicle" }];
    const names = (text: string): string[] => classesLike(text, among).map((c) => c.name);
    expect(names("veh")).toEqual(["Vehicle", "Old vehicle", "Truck", "Tanker"]);
    expect(names("truck")).toEqual(["Truck", "Tanker"]);
    expect(names("vehicle tan")).toEqual(["Tanker"]);
  });

  it("knows neither case nor accents, and shows all for nothing and none for what there is not", () => {
    expect(found("ET")[0]).toBe("Étang");
    expect(found(" ")).toHaveLength(6);
    expect(found("zz")).toEqual([]);
  });
});
