/** A polygon cut in parts along a line. */

import type { Polygon, Position } from "../feature";
import { area } from "./geometry";
import { largestFirst } from "./boolean";
import { Lattice, type Path } from "./lattice";
import { node } from "./noding";
import { polygonsOf } from "./overlay";
import { type Result, isRefused, ok, refuse } from "./result";
import { covers, extentOfPositions, locate, oriented } from "./ring";
import { TEXTS } from "../../texts";

/**
 * The parts of a polygon on both sides of a line, the largest first; their borders share every position.
 *
 * The line may have corners, cross the outline often, end in a hole, or cross itself. What of it does not lead from
 * border to border is left out.
 */
export function split(polygon: Polygon, line: readonly Position[]): Result<Polygon[]> {
  if (line.length < 2) return refuse(TEXTS.shapes.cutLine);
  const lattice = new Lattice(extentOfPositions([...polygon.coordinates.flat(), ...line]));
  const enter = (positions: readonly Position[]): Path => positions.map((p) => lattice.enter(p));
  const noded = node([...oriented(polygon).coordinates.map(enter), enter(line)]);
  const [cut, borders] = [noded.at(-1)!, noded.slice(0, -1)];
  const snapped: Polygon = { type: "Polygon", coordinates: borders.map((path) => path.map(({ x, y }) => [x, y])) };
  const inner = piecesOf(cut).filter(([a, b]) => isInside(snapped, [(a!.x + b!.x) / 2, (a!.y + b!.y) / 2]));
  // Each piece is the border of what lies on either side of it.
  const parts = polygonsOf([...borders, ...inner, ...inner.map((piece) => [...piece].reverse())], lattice);
  if (isRefused(parts)) return parts;
  if (parts.ok.length < 2) return refuse(TEXTS.shapes.cutAcross);
  const lost = parts.ok.reduce((rest, part) => rest - area(part), area(polygon));
  if (Math.abs(lost) > 1e-5 * area(polygon)) {
    return refuse(TEXTS.shapes.repairFirst);
  }
  return ok(largestFirst(parts.ok));
}

function piecesOf(path: Path): Path[] {
  return path.slice(1).map((to, i) => [path[i]!, to]);
}

function isInside(polygon: Polygon, position: Position): boolean {
  return covers(polygon, position) && polygon.coordinates.every((ring) => locate(ring, position) !== "border");
}
