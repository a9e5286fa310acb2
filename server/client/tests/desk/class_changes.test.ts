import { expect, test, vi } from "vitest";

import type { LabelClass } from "../../src/api";
import { followClasses } from "../../src/desk/class_changes";
import { ClassList } from "../../src/desk/class_list";
import { Signal } from "../../src/model/labels/signal";

const one = (key: string): LabelClass => ({
  key,
  name: key.toUpperCase(),
  color: "#000000",
  hotkey: null,
  shape: "free" as const,
  geometry: "polygon" as const,
  parent: null,
  attributes: [],
});
const [tree, house, road] = [one("tree"), one("house"), one("road")];

function followed(drawn: string) {
  const desk = {
    classes: new Signal<readonly LabelClass[]>([tree, house]),
    drawClass: new Signal(drawn),
    notice: new Signal(""),
    bulk: { redraw: vi.fn() },
    map: { redraw: vi.fn(), scene: { extent: [0, 0, 1, 1] as const } },
    fetch: vi.fn(() => Promise.reject(new Error())),
  };
  const renew = vi.fn(() => [{ uid: "edited" }]);
  const stop = followClasses(desk, { renew } as never);
  return { desk, renew, stop };
}

test("another colour is drawn, and nothing is fetched anew", () => {
  const { desk, renew } = followed("tree");
  expect(desk.bulk.redraw).not.toHaveBeenCalled();
  desk.classes.set([{ ...tree, color: "#ffffff" }, house, road]);
  expect(desk.bulk.redraw).toHaveBeenCalledTimes(1);
  expect(desk.map.redraw).toHaveBeenCalledTimes(1);
  expect(renew).not.toHaveBeenCalled();
  expect([desk.drawClass.value, desk.notice.value]).toEqual(["tree", ""]);
});

test("labels of a class that is gone are fetched anew, edited ones too", () => {
  const { desk, renew } = followed("tree");
  desk.classes.set([tree, road]);
  expect(renew).toHaveBeenCalledWith([0, 0, 1, 1]);
  expect(desk.fetch).toHaveBeenCalledWith("edited");
  expect([desk.drawClass.value, desk.notice.value]).toEqual(["tree", ""]);
});

test("where the class that is drawn is gone, another one is, and this is said", () => {
  const { desk, stop } = followed("house");
  desk.classes.set([tree]);
  expect(desk.drawClass.value).toBe("tree");
  expect(desk.notice.value).toContain("HOUSE");
  desk.classes.set([]);
  expect(desk.drawClass.value).toBe("");
  stop();
  desk.classes.set([road]);
  expect(desk.drawClass.value).toBe("");
});

test("a list of the same version changes nothing", () => {
  const list = new ClassList({ classes: [tree], classes_version: "1" });
  const before = list.signal.value;
  list.take({ version: "1", classes: [tree] });
  expect(list.signal.value).toBe(before);
  list.take({ version: "2", classes: [house] });
  expect(list.signal.value).toEqual([house]);
});
