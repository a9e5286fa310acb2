/** Table of the operations on the selection: the menu and the help read it. */

import type { BoxConversions } from "../model/labels/box_conversions";
import type { Feature, Position } from "../model/feature";
import type { Outcome } from "../model/labels/operations";
import {
  each,
  eachGeometry,
  groupedAsOne,
  grown,
  madeRound,
  merged,
  simplified,
  separated,
  splitLine,
  withoutHole,
  withoutHoles,
  withoutPartAt,
} from "../model/labels/operations";
import type { VertexRef } from "../model/labels/vertices";
import { polygonsOf } from "../model/shapes/geometry";
import { convexHull } from "../model/shapes/hull";
import { isInHole } from "../model/shapes/holes";
import type { GeometryKind } from "../model/shapes/kind";
import { withoutPart } from "../model/shapes/parts";
import type { Result } from "../model/shapes/result";
import { isRefused } from "../model/shapes/result";
import { OPERATION_TEXTS, TEXTS } from "../texts";
import { squareUp } from "../model/shapes/square";

/** Input of an operation. */
export interface OperationInput {
  readonly features: readonly Feature[];
  /** Pointer position when the operation was started. */
  readonly position: Position;
  /** The chosen vertices. */
  readonly vertices: readonly VertexRef[];
  /** The side of a raster pixel in units of the world. */
  readonly pixel: number;
  readonly conversions: BoxConversions;
}

/** The strengths that an operation can be tried at, in raster pixels. */
export interface Amounts {
  readonly steps: readonly number[];
  readonly first: number;
  say(amount: number): string;
}

export interface Operation {
  readonly id: string;
  /** The key in the menu. */
  readonly letter: string;
  readonly label: string;
  readonly hint: string;
  /** Kinds of objects that it is for; polygons where this is missing. */
  readonly kinds?: readonly GeometryKind[];
  /** True where it can do anything; always where this is missing. */
  applies?(material: OperationInput): boolean;
  /** Name of the step in the history. */
  readonly done: string;
  /** Without them it is done at once. */
  readonly amounts?: Amounts;
  /** True if its letter with Shift does it at once, at the amount that was used last. */
  readonly isQuick?: boolean;
  /** `amount` in raster pixels, 0 where there are no amounts. */
  make(material: OperationInput, amount: number): Result<Outcome>;
}

/** Of an arc, in raster pixels: finer than anybody draws. */
const SMOOTH = 0.25;
/** Ends of lines nearer to each other than that, in raster pixels, are at one place. */
const SAME_PLACE = 0.5;

const TOLERANCES: Amounts = {
  steps: [0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32],
  first: 2,
  say: TEXTS.operations.within,
};

/** Edges below which squaring drops a corner. */
const SHORTEST: Amounts = {
  steps: [0, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16],
  first: 3,
  say: TEXTS.operations.cornersDropped,
};

const DISTANCES: Amounts = {
  steps: Array.from({ length: 41 }, (_, i) => i - 20),
  first: 21,
  say: TEXTS.operations.grownBy,
};

/** So many objects at most are tried before the menu opens; of more it offers what may do nothing. */
const MOST_TRIED = 50;

export const OPERATIONS: readonly Operation[] = [
  {
    ...operation("merge", "m", ({ features, pixel }) => merged(features, SAME_PLACE * pixel)),
    kinds: ["polygon", "line"],
    applies: ({ features }) => features.length > 1,
  },
  {
    ...operation("split-line", "l", ({ features, vertices }) => splitLine(features[0]!, indicesOf(features, vertices))),
    kinds: ["line"],
    applies: ({ features, vertices }) => indicesOf(features, vertices).length > 0,
  },
  {
    ...operation("group", "z", ({ features }) => groupedAsOne(features)),
    applies: ({ features }) => features.length > 1,
  },
  {
    ...operation("remove-part", "j", ({ features, position }) => withoutPartAt(features, position)),
    applies: ({ features, position }) => features.some((f) => !isRefused(withoutPart(f.geometry, position))),
  },
  {
    ...operation("separate", "k", ({ features }) => separated(features)),
    applies: ({ features }) => features.length > MOST_TRIED || !isRefused(separated(features)),
  },
  {
    ...operation("fill", "f", ({ features, position }) => withoutHole(features, position)),
    applies: ({ features, position }) =>
      features.some((f) => polygonsOf(f.geometry).some((outline) => isInHole(outline, position))),
  },
  {
    ...operation("fill-all", "h", ({ features }) => withoutHoles(features)),
    applies: ({ features }) =>
      features.some((f) => polygonsOf(f.geometry).some(({ coordinates }) => coordinates.length > 1)),
  },
  {
    ...operation("square", "q", ({ features, pixel }, amount) => each(features, (f) => squareUp(f, amount * pixel))),
    amounts: SHORTEST,
    isQuick: true,
  },
  operation("round", "i", ({ features, pixel }) => madeRound(features, SMOOTH * pixel)),
  operation("box", "o", ({ features, conversions }) => conversions.toggled(features)),
  operation("hull", "v", ({ features }) => eachGeometry(features, (geometry) => convexHull([geometry]))),
  {
    ...operation("simplify", "s", ({ features, pixel }, amount) => simplified(features, amount * pixel)),
    kinds: ["polygon", "line"],
    amounts: TOLERANCES,
  },
  {
    ...operation("buffer", "b", ({ features, pixel }, amount) => grown(features, amount * pixel, SMOOTH * pixel)),
    amounts: DISTANCES,
  },
];

/** Numbers of the chosen vertices of one line that are not its ends. */
function indicesOf([line, ...others]: readonly Feature[], vertices: readonly VertexRef[]): number[] {
  if (!line || others.length) return [];
  const last = line.geometry.coordinates[0]!.length - 1;
  return vertices.map(({ index }) => index).filter((index) => index > 0 && index < last);
}

function operation(id: keyof typeof OPERATION_TEXTS, letter: string, make: Operation["make"]): Operation {
  const [label, hint, done] = OPERATION_TEXTS[id];
  return { id, letter, label, hint, done, make };
}

/** Commands that the menu begins with: those that decide. */
export const MENU_DECISIONS: readonly (readonly [letter: string, command: string])[] = [
  ["a", "accept"],
  ["r", "reject"],
  ["/", "palette"],
  ["n", "note"],
  ["u", "unsure"],
  ["w", "redraw"],
  ["g", "reopen"],
  ["delete", "delete"],
];

/** Commands that the menu offers too. */
export const MENU_COMMANDS: readonly (readonly [letter: string, command: string])[] = [
  // Every letter is taken.
  [".", "extend"],
  ["+", "add-part"],
  ["t", "transform"],
  ["y", "row"],
  ["d", "duplicate"],
  ["c", "copy"],
  ["x", "cut"],
  ["p", "paste"],
  ["e", "again"],
];
