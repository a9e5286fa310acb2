// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { LabelClass } from "../../src/api";
import { Decisions } from "../../src/desk/decisions";
import { Outlines } from "../../src/desk/outlines";
import type { Mode, ModeName } from "../../src/desk/mode";
import type { Feature, Geometry } from "../../src/model/feature";
import type { GeometryKind } from "../../src/model/shapes/kind";
import { lineOf, pointAt } from "../../src/model/shapes/geometry";
import { ok, refuse } from "../../src/model/shapes/result";
import { rotate } from "../../src/model/shapes/transform";
import { SketchMode } from "../../src/modes/sketch";
import { SKETCHES } from "../../src/modes/sketches";
import { TEXTS } from "../../src/texts";
import { sample, square } from "../samples";
import { fakeDesk } from "./fake_desk";

beforeEach(() => sessionStorage.clear());

const KINDS = { tree: "polygon", road: "line", pole: "point", car: "box", ship: "oriented-box" } as const;

const CLASSES = Object.entries(KINDS).map(([key, geometry]): LabelClass => ({
  key,
  name: key,
  color: "#000000",
  hotkey: null,
  parent: null,
  shape: "free",
  geometry,
  attributes: [],
}));

/** A desk with a class of each kind, one of which is drawn. */
function kindDesk(classKey: keyof typeof KINDS, ...there: Feature[]) {
  const made = fakeDesk(...there);
  made.desk.classes.set(CLASSES);
  made.desk.drawClass.set(classKey);
  const modes: Partial<Record<ModeName, Mode>> = {
    "draw-line": new SketchMode(made.desk, SKETCHES["draw-line"]),
    "draw-point": new SketchMode(made.desk, SKETCHES["draw-point"]),
  };
  made.context.enter = vi.fn((name: ModeName) => {
    modes[made.desk.mode.value]?.exit();
    made.desk.mode.set(name);
    modes[name]?.enter();
  });
  const geometries = (): Geometry[] =>
    [...made.desk.workspace.labels].filter(({ uid }) => !there.some((f) => f.uid === uid)).map((f) => f.geometry);
  return { ...made, modes, geometries };
}

const road = sample({ uid: "r", classKey: "road", state: "accepted", geometry: lineOf([[100, 100], [200, 100]]) }); // prettier-ignore

describe("the tools of a kind", () => {
  it("draw what the class is of, and no other says so", () => {
    const { kinds } = kindDesk("tree").desk;
    const tool = (name: ModeName, key: keyof typeof KINDS) => kinds.mode(name, key);
    const drawn = Object.keys(KINDS).map((key) => tool("draw", key as keyof typeof KINDS));
    expect(drawn).toEqual(["draw", "draw-line", "draw-point", "rectangle", "oriented"].map(ok));
    expect(tool("draw-line", "tree")).toEqual(ok("draw"));
    expect(tool("rectangle", "ship")).toEqual(ok("rectangle"));
    const others: readonly (readonly [ModeName, keyof typeof KINDS, GeometryKind])[] = [
      ["circle", "road", "line"],
      ["outline", "pole", "point"],
      ["oriented", "car", "box"],
      ["circle-three", "ship", "oriented-box"],
    ];
    for (const [name, key, kind] of others) expect(tool(name, key)).toEqual(refuse(TEXTS.kinds.otherTool(key, kind)));
    expect(tool("draw", "no such class" as "tree")).toEqual(ok("draw"));
  });

  it("draw lines click by click, with an undo of their own", () => {
    const { desk, olMap, modes, geometries } = kindDesk("road");
    desk.enter("draw-line");
    const mode = modes["draw-line"]!;
    for (const at of [[10, 10], [50, 10], [50, 60]] as const) olMap.fire("click", at); // prettier-ignore
    expect([mode.stepBack!(), mode.stepForward!(), mode.busy]).toEqual([true, true, true]);
    mode.finish!();
    expect(geometries()).toEqual([lineOf([[10, 10], [50, 10], [50, 60]])]); // prettier-ignore
    // A double click ends too, and a line may cross itself and come back to its start.
    for (const at of [[0, 0], [50, 50], [50, 0], [0, 50], [0, 0], [0, 0]] as const) olMap.fire("click", at); // prettier-ignore
    olMap.fire("dblclick", [0, 0]);
    expect(geometries()[1]!.coordinates[0]).toHaveLength(5);
    olMap.fire("click", [5, 5]);
    mode.finish!();
    expect([geometries().length, mode.busy]).toEqual([2, true]);
  });

  it("make a point of a click, and no second one of a double click", () => {
    const { desk, olMap, geometries } = kindDesk("pole");
    desk.enter("draw-point");
    for (let i = 0; i < 2; i++) olMap.fire("click", [30, 40]);
    expect(geometries()).toEqual([pointAt([30, 40])]);
    expect(desk.notice.value).toBe(TEXTS.kinds.pointThere("pole"));
    olMap.fire("click", [60, 40]);
    expect(geometries()).toHaveLength(2);
    // Beside the scene there is nothing.
    olMap.fire("click", [-60, 40]);
    expect([geometries().length, desk.notice.value]).toEqual([2, TEXTS.shapes.outsideScene]);
  });

  it("draw a line on from its nearer end, and leave it where that is given up", () => {
    const { desk, olMap, modes, commit, context } = kindDesk("tree", road);
    desk.select("r");
    context.display.position = [90, 100];
    desk.redrawing.extend();
    expect([desk.mode.value, desk.redrawing.target.value]).toEqual(["draw-line", "r"]);
    olMap.fire("click", [50, 50]);
    modes["draw-line"]!.finish!();
    const [change] = commit.mock.calls[0]![0]!.changes;
    expect(change).toMatchObject({ uid: "r", after: { geometry: lineOf([[200, 100], [100, 100], [50, 50]]) } }); // prettier-ignore
    expect(desk.mode.value).toBe("select");
    desk.select("r");
    desk.redrawing.extend();
    expect([modes["draw-line"]!.escape(), desk.mode.value, commit.mock.calls.length]).toEqual([true, "select", 1]);
    expect(modes["draw-line"]!.busy).toBe(false);
  });
});

describe("what an object can be", () => {
  it("is a class of its kind", () => {
    const { desk, commit } = kindDesk("tree", road);
    const decisions = new Decisions(desk, () => undefined);
    desk.select("r");
    decisions.classify("tree");
    expect([desk.notice.value, commit.mock.calls.length]).toEqual([
      TEXTS.kinds.unfit("tree", "polygon", "LineString"),
      0,
    ]);
  });

  it("is not chosen while something of another kind is begun", () => {
    const { desk, context } = kindDesk("road");
    const decisions = new Decisions(desk, () => undefined);
    Object.assign(context, { isDrawing: true, isUnfinished: true });
    desk.mode.set("draw-line");
    decisions.classify("tree");
    expect([desk.drawClass.value, desk.notice.value]).toEqual(["road", TEXTS.kinds.unfinished("tree", "polygon")]);
    Object.assign(context, { isUnfinished: false });
    decisions.classify("tree");
    expect(desk.drawClass.value).toBe("tree");
  });

  it("is a box that stays one, and a line within the scene", () => {
    const car = sample({ uid: "c", classKey: "car", geometry: square(100, 100, 20) });
    const { desk, edit, commit } = kindDesk("car", car, road);
    const outlines = new Outlines(desk);
    const [turned] = rotate([square(100, 100, 20)], [110, 110], 0.3);
    outlines.reshape([[car, turned!]]);
    expect(desk.notice.value).toBe(TEXTS.kinds.putBack(TEXTS.kinds.unfit("car", "box", "Polygon")));
    outlines.reshape([[road, lineOf([[-50, 0], [-60, 0]])]]); // prettier-ignore
    expect(desk.notice.value).toBe(TEXTS.kinds.putBack(TEXTS.shapes.outsideScene));
    expect([commit.mock.calls.length, edit.features.length]).toEqual([0, 0]);
    outlines.reshape([[car, square(120, 100, 20)]]);
    expect(commit.mock.calls).toHaveLength(1);
  });
});

describe("another part", () => {
  it("is drawn to an object, kept with the drawing, and refused where it overlaps", () => {
    const tree = sample({ uid: "t", state: "accepted", geometry: square(100, 100, 20) });
    const made = kindDesk("tree", tree);
    const { desk, olMap, commit } = made;
    made.modes.draw = new SketchMode(desk, SKETCHES.draw);
    desk.select("t");
    desk.redrawing.addPart();
    expect([desk.mode.value, desk.redrawing.adds]).toEqual(["draw", true]);
    for (const at of [[110, 110], [150, 110], [150, 150]] as const) olMap.fire("click", at); // prettier-ignore
    expect(desk.unfinished.of("draw")).toMatchObject({ redraws: "t", adds: true });
    made.modes.draw.finish!();
    expect([desk.notice.value, commit.mock.calls.length]).toEqual([TEXTS.shapes.partsOverlap, 0]);
    for (let i = 0; i < 3; i++) made.modes.draw.stepBack!();
    for (const at of [[210, 110], [250, 110], [250, 150]] as const) olMap.fire("click", at); // prettier-ignore
    made.modes.draw.finish!();
    const [change] = commit.mock.calls[0]![0]!.changes;
    expect(change).toMatchObject({ uid: "t", after: { geometry: { type: "MultiPolygon", parts: [0, 1] } } });
    expect([desk.mode.value, desk.redrawing.adds]).toEqual(["select", false]);
  });
});
