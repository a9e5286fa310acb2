// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";

import { Snapper } from "../../src/desk/snapper";
import { sample, square } from "../samples";

const neighbour = sample({ uid: "neighbour-0", geometry: square(0, 0, 100) });
const snapper = (): Snapper =>
  new Snapper(
    () => [neighbour],
    () => 1,
  );

beforeEach(() => localStorage.clear());

describe("snapping", () => {
  it("moves a corner to another object, as far as it may, and says from where", () => {
    expect(snapper().at([105, 50], "car")).toMatchObject({ position: [100, 50], pointed: [105, 50] });
    expect(snapper().at([105, 50], "car", [], 2)).toEqual({ position: [105, 50] });
  });

  it("moves a dragged corner by a quarter of its object at most, never to the object itself", () => {
    const small = sample({ uid: "small-00", geometry: square(101, 50, 6) });
    expect(snapper().dragged([101.2, 50], [small]).position).toEqual([100, 50]);
    expect(snapper().dragged([102, 50], [small]).position).toEqual([102, 50]);
    expect(snapper().dragged([99, 50], [neighbour]).position).toEqual([99, 50]);
  });

  it("is off for a class until it is on again, in this browser", () => {
    expect(snapper().toggleClass("car")).toBe(false);
    const later = snapper();
    expect(later.at([105, 50], "car").position).toEqual([105, 50]);
    expect(later.at([105, 50], "house").position).toEqual([100, 50]);
    expect(later.toggleClass("car")).toBe(true);
  });
});
