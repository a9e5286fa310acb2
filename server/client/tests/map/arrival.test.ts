import { describe, expect, it, vi } from "vitest";

import type OlMap from "ol/Map";
import BaseObject from "ol/Object";

import { Arrival } from "../../src/map/arrival";

vi.mock("../../src/map/failures");

describe("arrival", () => {
  it("is complete also where all was loaded before the map said that it loads", () => {
    const map = Object.assign(new BaseObject(), { getSize: () => [100, 100] });
    const arrival = new Arrival(map as unknown as OlMap);
    expect(arrival.complete).toBe(false);
    map.dispatchEvent("rendercomplete");
    expect(arrival.complete).toBe(true);
    map.dispatchEvent("loadstart");
    expect(arrival.complete).toBe(false);
    map.dispatchEvent("rendercomplete");
    expect(arrival.complete).toBe(true);
  });
});
