/** Table of sketches: new features, and lines and rings that change existing ones. */

import type { DeskContext } from "../desk/context";
import { rework } from "../model/labels/change";
import type { Feature, Geometry, LineString, Polygon, Position } from "../model/feature";
import { areaAround } from "../model/ground/pixel_area";
import {
  extentOf,
  isClosed,
  isNear,
  isPoint,
  isPolygon,
  lineOf,
  pointAt,
  smallestFirst,
} from "../model/shapes/geometry";
import { simplifyLine } from "../model/shapes/line";
import { cutBy, inParts } from "../model/labels/operations";
import { check } from "../model/shapes/check";
import { circle, circleAcross, circleThrough } from "../model/shapes/circle";
import { orientedRectangle, rectangle } from "../model/shapes/rectangle";
import { repair } from "../model/shapes/repair";
import { pierced } from "../model/shapes/parts";
import { isRefused, ok, type Result } from "../model/shapes/result";
import { close, extentOfPositions, extentsMeet, oriented, polygonOf } from "../model/shapes/ring";
import { distance } from "../model/shapes/segment";
import { simplify } from "../model/shapes/simplify";
import type { SketchKind } from "./sketch_kind";
import { TEXTS } from "../texts";

/** Corners that a stroke sets closer together than this, in screen pixels, say no more than the line between them. */
const STROKE_TOLERANCE_PX = 0.75;
/** Points nearer to each other than that, in screen pixels, are at one place. */
const SAME_PX = 2;

const ring = (positions: readonly Position[]): Result<Polygon> => ok(polygonOf(close([...positions])));

const POLYGON: SketchKind = {
  name: "draw",
  least: 3,
  outline: ring,
  take: (desk, positions, mend) => drawn(desk, thinned(desk, polygonOf(close([...positions]))), mend),
};

/** A line: what the kind of its class asks for. */
const LINE: SketchKind = {
  name: "draw-line",
  least: 2,
  line: true,
  take: (desk, positions) => drawn(desk, thinnedLine(desk, lineOf(positions)), false),
};

const POINT: SketchKind = {
  name: "draw-point",
  clicks: 1,
  least: 1,
  take: (desk, [at]) =>
    isTaken(desk, at!)
      ? TEXTS.kinds.pointThere(desk.nameOf(desk.redrawing.classKey))
      : drawn(desk, pointAt(at!), false),
};

const RECTANGLE = shape("rectangle", 2, ([a, b]) => rectangle(a!, b!));
const ORIENTED = shape("oriented", 3, ([a, b, c]) => orientedRectangle(a!, b!, c!));
const CIRCLE = shape("circle", 2, ([a, b], tolerance) => circle(a!, distance(a!, b!), tolerance));

const CIRCLE_DIAMETER = shape("circle-diameter", 2, ([a, b], tolerance) => circleAcross(a!, b!, tolerance));
const CIRCLE_THREE = shape("circle-three", 3, ([a, b, c], tolerance) => circleThrough(a!, b!, c!, tolerance));

const SPLIT: SketchKind = {
  name: "split",
  least: 2,
  line: true,
  usesSelection: true,
  take: (desk, positions) => cut(desk, positions),
};

const HOLE: SketchKind = {
  name: "hole",
  least: 3,
  usesSelection: true,
  outline: ring,
  take: (desk, positions) => pierce(desk, positions),
};

/** An area that is complete. */
const AREA: SketchKind = {
  name: "area",
  clicks: 2,
  least: 2,
  usesSelection: true,
  color: "#b9f6ca",
  outline: ([a, b]) => rectangle(a!, b!),
  take: (desk, [a, b]) => complete(desk, a!, b!),
};

export const SKETCHES = {
  draw: POLYGON,
  "draw-line": LINE,
  "draw-point": POINT,
  rectangle: RECTANGLE,
  oriented: ORIENTED,
  circle: CIRCLE,
  "circle-diameter": CIRCLE_DIAMETER,
  "circle-three": CIRCLE_THREE,
  split: SPLIT,
  hole: HOLE,
  area: AREA,
};

/** An object of a given number of positions. */
function shape(
  name: SketchKind["name"],
  clicks: number,
  outline: (positions: readonly Position[], tolerance: number) => Result<Polygon>,
): SketchKind {
  return {
    name,
    clicks,
    least: clicks,
    outline,
    take: (desk, positions, mend) => {
      const made = outline(positions, desk.scene.native_resolution / 4);
      return isRefused(made) ? made.problem : drawn(desk, made.ok, mend);
    },
  };
}

/** Without the corners that a shaking hand adds; what clicks set lies too far apart to be touched. */
function thinned(desk: DeskContext, polygon: Polygon): Polygon {
  return polygon.coordinates[0]!.length > 40 ? simplify(polygon, STROKE_TOLERANCE_PX * desk.map.resolution) : polygon;
}

function thinnedLine(desk: DeskContext, line: LineString): LineString {
  const isFreehand = line.coordinates[0]!.length > 40;
  return isFreehand ? simplifyLine(line, STROKE_TOLERANCE_PX * desk.map.resolution) : line;
}

/** Return whether a point of the class is at a place already: the second click of two would lay another over it. */
function isTaken(desk: DeskContext, at: Position): boolean {
  const { classKey, target } = desk.redrawing;
  const reach = SAME_PX * desk.map.resolution;
  const [x, y] = at as [number, number];
  const around = desk.sight.near([x - reach, y - reach, x + reach, y + reach]);
  const isSame = (f: Feature): boolean => f.classKey === classKey && f.uid !== target.value && isPoint(f.geometry);
  return around.some((f) => isSame(f) && isNear(f.geometry, at, reach));
}

/** New objects of the current class, or the new outline of the one that is redrawn; what is doubtful about them is said, what the server would refuse is not taken. */
function drawn(desk: DeskContext, outline: Geometry, mend: boolean): string | null {
  const { extent, native_resolution: pixel } = desk.scene;
  const parts =
    mend && isPolygon(outline) ? repair(outline, { extent, least: 4 * pixel ** 2 }) : ok([turnedRight(outline)]);
  if (isRefused(parts)) return parts.problem;
  const redrawn = desk.redrawing.target.value;
  const others = desk.sight.near(extentOf(outline)).flatMap((f) => (f.uid === redrawn ? [] : [f.geometry]));
  const [worst] = parts.ok.flatMap((part) => check(part, { extent, pixel, others }));
  if (worst?.refused) return isPolygon(outline) ? TEXTS.modes.refusedDrawing(worst.sentence) : worst.sentence;
  const problem = desk.redrawing.take(parts.ok);
  if (problem !== null) return problem;
  const doubts = [worst && TEXTS.modes.doubtfulDrawing(worst.sentence), desk.birth.refusal];
  if (worst) desk.notice.set(doubts.filter(Boolean).join(" "));
  return null;
}

/** A polygon with its outline counter-clockwise; anything else as it is. */
function turnedRight(geometry: Geometry): Geometry {
  return isPolygon(geometry) ? oriented(geometry) : geometry;
}

/** Return the selected features that a gesture touches, or else the others that are drawn there, smallest first. */
function touched(desk: DeskContext, positions: readonly Position[]): readonly Feature[] {
  const extent = extentOfPositions(positions);
  const there = desk.sight.near(extent).filter((f) => extentsMeet(extentOf(f.geometry), extent));
  const selected = there.filter((f) => desk.selection.has(f.uid));
  if (selected.length) return selected;
  return there.sort(smallestFirst);
}

/** Split objects by a line: the largest part stays the object it was. */
function cut(desk: DeskContext, line: readonly Position[]): string | null {
  const results = touched(desk, line).map((f) => [f, cutBy(f.geometry, line)] as const);
  const done = results.flatMap(([f, parts]) => (isRefused(parts) ? [] : [[f, parts.ok] as const]));
  if (!done.length) {
    const refusal = results.map(([, parts]) => parts).find(isRefused);
    return refusal?.problem ?? desk.sight.undrawn ?? TEXTS.modes.lineCrossesNothing;
  }
  const step = rework(TEXTS.steps.split, inParts(done));
  desk.commit(step);
  desk.selectChanged(step);
  return null;
}

/** Say that the rectangle between two corners is complete. */
function complete(desk: DeskContext, from: Position, to: Position): string | null {
  const made = rectangle(from, to);
  if (isRefused(made)) return made.problem;
  const area = areaAround(desk.map.grid, made.ok.coordinates[0]!);
  if (!area) return TEXTS.completeArea.outside;
  void desk.completing.sayOf(area, true);
  return null;
}

/** Cut a hole into the selected feature, or else into the smallest around the ring. */
function pierce(desk: DeskContext, positions: readonly Position[]): string | null {
  const results = touched(desk, positions).flatMap((f) =>
    isClosed(f.geometry) ? [[f, pierced(f.geometry, positions)] as const] : [],
  );
  for (const [feature, made] of results) {
    if (isRefused(made)) continue;
    const step = rework(TEXTS.steps.holeCut, { reshaped: [[feature, made.ok]] });
    desk.commit(step);
    desk.selectChanged(step);
    return null;
  }
  const refusal = results.map(([, made]) => made).find(isRefused);
  return refusal?.problem ?? desk.sight.undrawn ?? TEXTS.modes.holeOutside;
}
