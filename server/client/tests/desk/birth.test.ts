// @vitest-environment happy-dom
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";

import type { LabelClass } from "../../src/api";
import type { Polygon, Position } from "../../src/model/feature";
import { undo } from "../../src/model/labels/history";
import { overlap } from "../../src/model/shapes/boolean";
import { polygonsOf } from "../../src/model/shapes/geometry";
import { polygonOf } from "../../src/model/shapes/ring";
import { isValid } from "../../src/model/shapes/validity";
import { SketchMode } from "../../src/modes/sketch";
import { SKETCHES } from "../../src/modes/sketches";
import { OPERATION_TEXTS, TEXTS } from "../../src/texts";
import { fakeDesk } from "../modes/fake_desk";
import { sample, square } from "../samples";

beforeEach(() => sessionStorage.clear());

const ROOF = [[100, 100], [200, 104], [198, 160], [101, 158]] as const; // prettier-ignore
const STRIP = [[100, 100], [300, 100], [300, 110], [100, 110]] as const; // prettier-ignore

function shapedDesk(shape: LabelClass["shape"], ...there: Parameters<typeof fakeDesk>) {
  const made = fakeDesk(...there);
  made.desk.classes.set([
    {
      key: "tree",
      name: "Tree",
      color: "#000000",
      hotkey: null,
      parent: null,
      shape,
      geometry: "polygon",
      attributes: [],
    },
  ]);
  made.desk.mode.set("draw");
  const mode = new SketchMode(made.desk, SKETCHES.draw);
  mode.enter();
  const draw = (corners: readonly Position[]): void => {
    for (const at of corners) made.olMap.fire("click", at);
    mode.finish();
  };
  const drawn = (): Polygon => polygonsOf([...made.desk.workspace.labels].at(-1)!.geometry)[0]!;
  const labels = (): string[] => made.desk.workspace.history.value.past.map(({ label }) => label);
  return { ...made, mode, draw, drawn, labels };
}

const corners = (polygon: Polygon): number => polygon.coordinates[0]!.length - 1;

function isSquare({ coordinates: [ring] }: Polygon): boolean {
  const directions = ring!.slice(1).map((b, i) => Math.atan2(b[1]! - ring![i]![1]!, b[0]! - ring![i]![0]!));
  return directions.every((angle) => Math.abs(Math.sin(2 * (angle - directions[0]!))) < 1e-6);
}

describe("shape at birth", () => {
  it("squares what is drawn in a step of its own, which undo takes back first", () => {
    const { draw, drawn, labels, desk } = shapedDesk("squared");
    draw(ROOF);
    expect(labels()).toEqual([TEXTS.steps.drawn, OPERATION_TEXTS.square[2]]);
    expect(isSquare(drawn())).toBe(true);
    expect(undo(desk.workspace.history.value)![1].changes[0]!.after!.geometry.coordinates[0]).toContainEqual([
      200, 104,
    ]);
    desk.workspace.undo();
    expect([corners(drawn()), isSquare(drawn())]).toEqual([4, false]);
    desk.workspace.undo();
    expect([...desk.workspace.labels].every(({ deleted }) => deleted)).toBe(true);
  });

  it("makes what is drawn round, and leaves a class without a shape as it is", () => {
    const round = shapedDesk("round");
    round.draw(ROOF.map(([x, y]) => [x, 100 + (y - 100) * 1.6]));
    expect(round.labels()).toEqual([TEXTS.steps.drawn, OPERATION_TEXTS.round[2]]);
    expect(corners(round.drawn())).toBeGreaterThan(16);
    const free = shapedDesk("free");
    free.draw(ROOF);
    expect(free.labels()).toEqual([TEXTS.steps.drawn]);
    free.desk.birth.toggle();
    expect(free.desk.notice.value).toBe(TEXTS.birth.none("tree"));
  });

  it("leaves as drawn, and says so, what would not be the same object any more", () => {
    const { draw, drawn, labels, desk } = shapedDesk("round");
    draw(STRIP);
    expect(labels()).toEqual([TEXTS.steps.drawn]);
    expect(corners(drawn())).toBe(4);
    expect(desk.notice.value).toMatch(/^Not made round, but left as drawn: only \d+ % would be common/);
  });

  it("is left out by its key for one object, and for none that was given up", () => {
    const { draw, labels, desk, mode, olMap } = shapedDesk("squared");
    olMap.fire("click", [100, 100]);
    desk.birth.toggle();
    expect(desk.notice.value).toBe(TEXTS.birth.state("squared", true));
    draw(ROOF.slice(1));
    expect(labels()).toEqual([TEXTS.steps.drawn]);
    draw(ROOF.map(([x, y]) => [x + 300, y]));
    expect(labels().at(-1)).toBe(OPERATION_TEXTS.square[2]);
    olMap.fire("click", [100, 100]);
    desk.birth.toggle();
    mode.escape();
    expect(desk.birth.skipped.value).toBe(false);
  });

  it("leaves proposals, and what a tool of one shape makes, alone", () => {
    const { desk } = shapedDesk("round", sample({ geometry: square(400, 400, 40) }));
    expect(corners(polygonsOf([...desk.workspace.labels][0]!.geometry)[0]!)).toBe(4);
    desk.mode.set("rectangle");
    expect(desk.birth.shape).toBeNull();
  });

  it("gives every outline either its own shape or a valid one that covers it by more than half", () => {
    const { desk } = shapedDesk("free");
    const at = fc.record({
      angle: fc.double({ min: 0, max: 1, noNaN: true }),
      r: fc.double({ min: 5, max: 80, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(at, { minLength: 3, maxLength: 12 }),
        fc.constantFrom("squared", "round"),
        (spokes, shape) => {
          desk.classes.set([{ ...desk.classes.value[0]!, shape: shape }]);
          const ring = [...spokes]
            .sort((a, b) => a.angle - b.angle)
            .map(({ angle, r }) => [500 + r * Math.cos(6.28 * angle), 500 + r * Math.sin(6.28 * angle)]);
          const outline = polygonOf([...ring, ring[0]!]);
          if (!isValid(outline)) return;
          const shown = desk.birth.shown(outline);
          expect(shown === outline || (isValid(shown) && overlap(outline, shown) > 0.5)).toBe(true);
        },
      ),
    );
  });
});
