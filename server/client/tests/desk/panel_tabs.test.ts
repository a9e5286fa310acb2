// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";

import { PanelTabs } from "../../src/desk/panel_tabs";
import { TEXTS } from "../../src/texts";

beforeEach(() => localStorage.clear());

describe("the tabs of the panel", () => {
  it("go around, and are kept for each project", () => {
    const panel = new PanelTabs("a");
    const seen = [0, 1, 2].map(() => (panel.next(), panel.front.value));
    expect(seen).toEqual(["objects", "view", "review"]);
    panel.ask("objects", "show-proposed");
    expect(panel.wanted.value).toEqual({ id: "show-proposed" });
    expect([new PanelTabs("a"), new PanelTabs("b")].map((one) => one.front.value)).toEqual(["objects", "review"]);
  });

  it("do not follow a choice that does not exist any more", () => {
    localStorage.setItem("geoengine/panel-tab/a", "layers");
    expect(new PanelTabs("a").front.value).toBe("review");
  });
});

describe("the first cards", () => {
  it("are offered once, and shown again by whoever asks", () => {
    const { introduction } = new PanelTabs("a");
    introduction.offer();
    expect(introduction.at.value).toBe(0);
    expect([introduction.close(), introduction.close()]).toEqual([true, false]);
    introduction.offer();
    expect(introduction.at.value).toBeNull();
    introduction.show();
    for (let n = 0; n < 9; n += 1) introduction.step(1);
    expect(introduction.at.value).toBe(TEXTS.introduction.cards.length - 1);
    introduction.step(-9);
    expect(introduction.at.value).toBe(0);
  });
});
