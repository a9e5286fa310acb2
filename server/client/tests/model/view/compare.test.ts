import { describe as group, expect, it } from "vitest";

import { NOTHING, choose, chosenPair, describe, fade, flick, slide, swipe } from "../../../src/model/view/compare";
import type { PairReply as Pair } from "../../../src/model/wire";

const pair = (more: Partial<Pair> = {}): Pair => ({
  scene_id: 2,
  key: "town",
  name: "Town",
  acquired_at: "2023-05-01T10:00:00Z",
  sensor: null,
  marking: null,
  days: -365,
  overlap: 1,
  tiles: "/t",
  ...more,
});
const two = { ...NOTHING, pairs: [pair(), pair({ scene_id: 3, days: 1, marking: "CUI" })] };

group("comparing", () => {
  it("has nothing to show without a pair", () => {
    expect(chosenPair(NOTHING)).toBeNull();
    expect(flick(NOTHING)).toBe(NOTHING);
    expect(choose(NOTHING, 0)).toBe(NOTHING);
  });

  it("shows and hides in turn, and keeps the opacity", () => {
    const faded = fade(two, 0.4);
    expect(faded).toMatchObject({ shown: true, opacity: 0.4 });
    expect(flick(faded)).toMatchObject({ shown: false, opacity: 0.4 });
    expect(flick(flick(faded))).toEqual(faded);
  });

  it("comes back whole after it had faded to nothing", () => {
    expect(fade(two, -1)).toMatchObject({ shown: false, opacity: 0 });
    expect(flick(fade(two, 0))).toMatchObject({ shown: true, opacity: 1 });
  });

  it("shows what is chosen", () => {
    const chosen = choose(two, 1);
    expect(chosen.shown).toBe(true);
    expect(chosenPair(chosen)?.scene_id).toBe(3);
    expect(choose(two, 2)).toBe(two);
  });

  it("has a divider that comes in the middle, stays on the map, and takes the other scene with it", () => {
    expect(swipe(NOTHING)).toBe(NOTHING);
    const swiped = swipe(fade(two, 0));
    expect(swiped).toMatchObject({ shown: true, opacity: 1, divider: 0.5 });
    expect([-1, 0.3, 2].map((share) => slide(swiped, share).divider)).toEqual([0, 0.3, 1]);
    expect(swipe(slide(swiped, 0.3))).toMatchObject({ shown: false, divider: null });
    expect(swipe(flick(swiped))).toMatchObject({ shown: true, divider: 0.5 });
  });

  it("says the date, the distance and the marking", () => {
    expect(two.pairs.map(describe)).toEqual([
      "Town, 2023-05-01 (365 days earlier)",
      "Town, 2023-05-01 (1 day later) – CUI",
    ]);
  });
});
