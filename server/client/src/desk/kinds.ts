/** Kinds of geometry of the classes: with which tool one is drawn, and which objects can be of one. */

import type { LabelClass } from "../api";
import type { Feature, Geometry } from "../model/feature";
import type { Signal } from "../model/labels/signal";
import { fits, type GeometryKind, isBoxKind, kindOf } from "../model/shapes/kind";
import { type Result, ok, refuse } from "../model/shapes/result";
import { TEXTS } from "../texts";
import type { ModeName } from "./mode";
import { toolOf } from "./mode";

/** What each tool that draws makes of a kind; without an entry it cannot. */
const MODES: Readonly<Record<GeometryKind, (mode: ModeName) => ModeName | null>> = {
  polygon: (mode) => (toolOf(mode) === "draw" ? "draw" : mode),
  box: (mode) => (mode === "rectangle" || toolOf(mode) === "draw" ? "rectangle" : null),
  "oriented-box": (mode) => {
    if (mode === "rectangle" || mode === "oriented") return mode;
    return toolOf(mode) === "draw" ? "oriented" : null;
  },
  line: (mode) => (toolOf(mode) === "draw" ? "draw-line" : null),
  point: (mode) => (toolOf(mode) === "draw" ? "draw-point" : null),
};

export class Kinds {
  constructor(private readonly classes: Signal<readonly LabelClass[]>) {}

  /** The kind of a class; polygons where it is not known. */
  of(classKey: string): GeometryKind {
    return this.#find(classKey)?.geometry ?? "polygon";
  }

  /** The kind of an object; by its geometry where its class is not known, or it does not fit. */
  ofFeature({ classKey, geometry }: Feature): GeometryKind {
    const kind = this.#find(classKey)?.geometry;
    return kind && fits(geometry, kind) ? kind : kindOf(geometry);
  }

  /** Return whether an object is a box, and stays one while it is edited. */
  readonly isBox = (feature: Feature): boolean => isBoxKind(this.ofFeature(feature));

  /** Why an object of a class cannot have a geometry, as a sentence; null where it can. */
  unfit(classKey: string, geometry: Geometry): string | null {
    const one = this.#find(classKey);
    return !one || fits(geometry, one.geometry) ? null : TEXTS.kinds.unfit(one.name, one.geometry, geometry.type);
  }

  /** The mode in which a tool draws an object of a class; a sentence where it cannot. */
  mode(tool: ModeName, classKey: string): Result<ModeName> {
    const kind = this.of(classKey);
    const mode = MODES[kind](tool);
    return mode ? ok(mode) : refuse(TEXTS.kinds.otherTool(this.#find(classKey)?.name ?? classKey, kind));
  }

  #find(classKey: string): LabelClass | undefined {
    return this.classes.value.find(({ key }) => key === classKey);
  }
}
