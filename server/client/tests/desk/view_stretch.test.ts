// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import { ViewStretch } from "../../src/desk/view_stretch";
import { Signal } from "../../src/model/labels/signal";
import type { Channel, DisplaySettings } from "../../src/model/view/display_settings";
import { adjust, limitsOf, PLAIN, rangesOf } from "../../src/model/view/display_settings";
import { TEXTS } from "../../src/texts";

vi.mock("../../src/api");

const channel = (p2: number, p98: number, counts = [1, 2]): Channel => ({
  name: "band",
  counts,
  start: 0,
  end: 100,
  p2,
  p98,
  low: 0,
  high: 255,
});

function made() {
  const settings = new Signal<DisplaySettings>(PLAIN);
  const notice = new Signal("");
  let target: unknown = {};
  const map = {
    scene: { id: 1 },
    extent: [0, 0, 9, 9],
    settled: vi.fn(() => Promise.resolve()),
    map: { getTargetElement: () => target },
  };
  const set = (news: Partial<DisplaySettings>): void => settings.set(adjust(settings.value, news));
  const close = (): unknown => (target = null);
  return { settings, notice, close, map, stretch: new ViewStretch(map as never, settings, set, notice) };
}

beforeEach(() => void vi.mocked(api.histogram).mockReset());

describe("stretch to what is in view", () => {
  it("takes the percentiles of each band, and goes back to what was there", async () => {
    const { settings, stretch, notice } = made();
    settings.set({ ...PLAIN, limits: "minmax" });
    vi.mocked(api.histogram).mockResolvedValue([channel(10, 90), channel(20, 80), channel(1.23456789, 7)]);
    await stretch.toggle();
    expect(settings.value.limits).toBe("range:10,90,20,80,1.234568,7");
    expect(vi.mocked(api.histogram).mock.calls[0]).toEqual([1, [0, 0, 9, 9], "&limits=minmax"]);
    stretch.limit(1, [25, 75]);
    expect(settings.value.limits).toBe("range:10,90,25,75,1.234568,7");
    stretch.limit(1, [20, 80]);
    await stretch.toggle();
    expect([settings.value.limits, notice.value]).toEqual(["minmax", TEXTS.display.stretchedBack]);
    stretch.limit(null, [3, 2]);
    expect(settings.value.limits).toBe("minmax");
    stretch.limit(null, [2, 3]);
    expect(settings.value.limits).toBe("range:2,3");
  });

  it("waits until the view stands still", async () => {
    const { stretch, map } = made();
    map.settled.mockImplementation(() => Promise.resolve().then(() => void (map.extent = [2, 2, 3, 3])));
    vi.mocked(api.histogram).mockResolvedValue([channel(10, 90)]);
    await stretch.toggle();
    expect(vi.mocked(api.histogram).mock.calls[0]?.[1]).toEqual([2, 2, 3, 3]);
  });

  it("changes nothing where nothing is in view, or the server does not answer", async () => {
    const { settings, stretch, notice } = made();
    vi.mocked(api.histogram).mockResolvedValue([channel(0, 1, [])]);
    await stretch.toggle();
    expect([settings.value.limits, notice.value]).toEqual([null, TEXTS.display.nothingInView]);
    vi.mocked(api.histogram).mockImplementation(() => Promise.reject(new Error("down")));
    await stretch.toggle();
    expect([settings.value.limits, notice.value]).toEqual([null, TEXTS.display.notMeasured]);
  });

  it("takes its own answer where the panel asks again meanwhile", async () => {
    const { settings, stretch } = made();
    vi.mocked(api.histogram)
      .mockResolvedValueOnce([channel(10, 90)])
      .mockResolvedValueOnce([channel(20, 80)]);
    await Promise.all([stretch.toggle(), stretch.measure()]);
    expect([settings.value.limits, stretch.channels.value[0]!.p2]).toEqual(["range:10,90", 20]);
  });

  it("takes no answer for a scene that was left, or about other bands", async () => {
    vi.mocked(api.histogram).mockResolvedValue([channel(10, 90)]);
    for (const change of ["close", "bands"] as const) {
      const { settings, notice, close, stretch } = made();
      const asked = stretch.toggle();
      if (change === "close") close();
      else settings.set({ ...PLAIN, bands: "2" });
      await asked;
      expect([settings.value.limits, notice.value]).toEqual([null, ""]);
    }
  });

  it("reads and writes ranges", () => {
    expect([limitsOf([[0, 1], [0, 1]]), rangesOf("range:0,1", 2)]).toEqual(["range:0,1", [[0, 1], [0, 1]]]); // prettier-ignore
    expect(["range:0,1,2", "range:a,1", "minmax", null, "range:0,1,2,3"].map((limits) => rangesOf(limits, 3))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    // Limits of three bands are none of one.
    expect(adjust({ ...PLAIN, limits: "range:0,1,2,3,4,5" }, { bands: "2" }).limits).toBeNull();
    expect(adjust({ ...PLAIN, limits: "range:0,1" }, { bands: "2" }).limits).toBe("range:0,1");
  });
});
