/** Operations on selected features: pure functions from features to an outcome, or a sentence that says why not. */

import type { NewFeature, Reshaping } from "./change";
import { overlay } from "./edit";
import type { Feature, Geometry, LineString, Polygon, Position } from "../feature";
import { area, isClosed, isLine, isPolygon, polygonsOf } from "../shapes/geometry";
import { cutLine, joinLines, lengthOf, simplifyLine, splitAt } from "../shapes/line";
import { identifier } from "./identifier";
import { merge } from "../shapes/boolean";
import { buffer } from "../shapes/buffer";
import { roundOff } from "../shapes/circle";
import { fillHole, fillHoles, isInHole } from "../shapes/holes";
import { eachPart, grouped, separate, together, withoutPart } from "../shapes/parts";
import type { Result } from "../shapes/result";
import { isRefused, ok, refuse } from "../shapes/result";
import { simplify } from "../shapes/simplify";
import { split } from "../shapes/split";
import { TEXTS } from "../../texts";

/** Features with other outlines, features that go and features that come: what `rework` makes a step of. */
export interface Outcome {
  readonly reshaped: readonly Reshaping[];
  readonly removed: readonly Feature[];
  readonly added: readonly NewFeature[];
}

/** All features as one, of the largest one's class and identity; lines where they end at one place, within `most`. */
export function merged(features: readonly Feature[], most = 0): Result<Outcome> {
  if (features.length < 2) return refuse(TEXTS.operations.mergeNeedsTwo);
  const lines = features.map((f) => f.geometry).filter(isLine);
  if (lines.length === features.length) return joined(features, lines, most);
  if (!features.every((f) => isClosed(f.geometry))) return refuse(TEXTS.operations.notAlike);
  const whole = merge(features.flatMap((f) => polygonsOf(f.geometry)));
  if (isRefused(whole)) return whole;
  const largest = features.reduce((a, b) => (area(b.geometry) > area(a.geometry) ? b : a));
  return ok({ reshaped: [[largest, whole.ok]], removed: features.filter((f) => f !== largest), added: [] });
}

/** Lines as one, of the longest one's class and identity. */
function joined(features: readonly Feature[], lines: readonly LineString[], most: number): Result<Outcome> {
  const lengths = lines.map(lengthOf);
  const longest = lengths.indexOf(Math.max(...lengths));
  const others = lines.filter((_, i) => i !== longest);
  const whole = joinLines([lines[longest]!, ...others], most);
  if (isRefused(whole)) return whole;
  const stays = features[longest]!;
  return ok({ reshaped: [[stays, whole.ok]], removed: features.filter((f) => f !== stays), added: [] });
}

/** A line in two or more at some of its vertices; the longest piece stays the object. */
export function splitLine(feature: Feature, indices: readonly number[]): Result<Outcome> {
  const pieces = isLine(feature.geometry) ? splitAt(feature.geometry, indices) : [];
  if (pieces.length < 2) return refuse(TEXTS.operations.splitNeedsVertex);
  const longest = pieces.reduce((a, b) => (lengthOf(b) > lengthOf(a) ? b : a));
  return ok(inParts([[feature, [longest, ...pieces.filter((piece) => piece !== longest)]]]));
}

/** The parts of an object on both sides of a line that crosses it, the largest first. */
export function cutBy(geometry: Geometry, cut: readonly Position[]): Result<Geometry[]> {
  if (isLine(geometry)) return cutLine(geometry, cut);
  return isPolygon(geometry) ? split(geometry, cut) : refuse(TEXTS.shapes.onlyWhole);
}

/** Features as the parts of one, of the largest one's class and identity. */
export function groupedAsOne(features: readonly Feature[]): Result<Outcome> {
  if (features.length < 2) return refuse(TEXTS.operations.groupNeedsTwo);
  const whole = grouped(features.map((f) => f.geometry));
  if (isRefused(whole)) return whole;
  const largest = features.reduce((a, b) => (area(b.geometry) > area(a.geometry) ? b : a));
  return ok({ reshaped: [[largest, whole.ok]], removed: features.filter((f) => f !== largest), added: [] });
}

/** The features without the part that `position` is in. */
export function withoutPartAt(features: readonly Feature[], position: Position): Result<Outcome> {
  const left = features.map((f) => [f, withoutPart(f.geometry, position)] as const);
  const reshaped = left.flatMap(([f, made]): Reshaping[] => (isRefused(made) ? [] : [[f, made.ok]]));
  return reshaped.length ? ok({ reshaped, removed: [], added: [] }) : refuse(TEXTS.shapes.noPartHere);
}

/** Every part as an object of its own; features of one piece are left alone. A hole is no object. */
export function separated(features: readonly Feature[]): Result<Outcome> {
  const apart = features.flatMap((f) => {
    const parts = separate(f.geometry);
    return isRefused(parts) ? [] : [[f, parts.ok] as const];
  });
  return apart.length ? ok(inParts(apart)) : refuse(TEXTS.operations.noParts);
}

/** The features without the hole that `position` is in. */
export function withoutHole(features: readonly Feature[], position: Position): Result<Outcome> {
  const isAround = (outline: Polygon): boolean => isInHole(outline, position);
  const around = features.filter((f) => polygonsOf(f.geometry).some(isAround));
  if (!around.length) return refuse(TEXTS.operations.noHoleHere);
  return each(around, (outline) => (isAround(outline) ? fillHole(outline, position) : ok(outline)));
}

export function withoutHoles(features: readonly Feature[]): Result<Outcome> {
  const isHoled = ({ coordinates }: Polygon): boolean => coordinates.length > 1;
  const holed = features.filter((f) => polygonsOf(f.geometry).some(isHoled));
  if (!holed.length) return refuse(TEXTS.operations.noHoles);
  return each(holed, (outline) => (isHoled(outline) ? fillHoles(outline) : ok(outline)));
}

/** `tolerance` in units of the world. */
export function simplified(features: readonly Feature[], tolerance: number): Result<Outcome> {
  return eachGeometry(features, (geometry) => {
    if (isLine(geometry)) return ok(simplifyLine(geometry, tolerance));
    return eachPart(geometry, (part) => ok(simplify(part, tolerance)));
  });
}

/** Grown, or for a negative radius shrunk; what that pinches off becomes an object of its own. Both in units of the world. */
export function grown(features: readonly Feature[], radius: number, tolerance: number): Result<Outcome> {
  if (radius === 0) return each(features, (outline) => ok(outline));
  const parts: (readonly [Feature, readonly Geometry[]])[] = [];
  for (const feature of features) {
    const outlines = polygonsOf(feature.geometry);
    if (!outlines.length) return refuse(TEXTS.shapes.onlyOutlines);
    const made = outlines.map((outline) => buffer(outline, radius, tolerance));
    const refusal = made.find(isRefused);
    if (refusal) return refusal;
    const all = made.flatMap((one) => (isRefused(one) ? [] : one.ok));
    // What has parts keeps them.
    parts.push([feature, outlines.length > 1 ? [together(all)] : all]);
  }
  return ok(inParts(parts));
}

/** Every outline, and every part, put through `make`; where it refuses one, or one is no polygon, none is changed. */
export function each(features: readonly Feature[], make: (outline: Polygon) => Result<Polygon>): Result<Outcome> {
  return eachGeometry(features, (geometry) => eachPart(geometry, make));
}

/** Every geometry put through `make`; where it refuses one, none is changed. */
export function eachGeometry(
  features: readonly Feature[],
  make: (geometry: Geometry) => Result<Geometry>,
): Result<Outcome> {
  const reshaped: Reshaping[] = [];
  for (const feature of features) {
    const made = make(feature.geometry);
    if (isRefused(made)) return made;
    reshaped.push([feature, made.ok]);
  }
  return ok({ reshaped, removed: [], added: [] });
}

/** The first part keeps the identity of the feature; the others are new objects of its class, with its attributes. */
export function inParts(parts: readonly (readonly [Feature, readonly Geometry[]])[]): Outcome {
  return {
    reshaped: parts.map(([feature, [first]]) => [feature, first!]),
    removed: [],
    added: parts.flatMap(([{ classKey, attributes }, [, ...rest]]) =>
      rest.map((geometry) => ({ uid: identifier(), classKey, geometry, attributes })),
    ),
  };
}

/** Every outline as the circle of the same area about its centroid; holes stay. `tolerance` in units of the world. */
export function madeRound(features: readonly Feature[], tolerance: number): Result<Outcome> {
  return each(features, (outline) => roundOff(outline, tolerance));
}

/** Features that are not there yet, as they would be drawn. */
export function provisional(added: readonly NewFeature[]): Reshaping[] {
  return added.map(({ uid, classKey, geometry }) => [
    overlay(undefined, { op: "create", uid, class: classKey, geometry, state: "accepted" }, ""),
    geometry,
  ]);
}
