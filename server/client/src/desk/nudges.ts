/** The selection moved, rotated and scaled by keys; keys in quick succession make one step. */

import type { DeskContext } from "./context";
import type { Reshaping } from "../model/labels/change";
import type { Feature, Geometry } from "../model/feature";
import { extentOf, unionExtent } from "../model/shapes/geometry";
import type { VertexRef } from "../model/labels/vertices";
import { moveVertices } from "../model/labels/vertices";
import { middleOf, move, rotate, scale } from "../model/shapes/transform";
import { isRefused } from "../model/shapes/result";
import { TEXTS } from "../texts";

/** Key presses no farther apart than this belong together. */
const TOGETHER_MS = 700;

interface Pending {
  readonly label: string;
  /** As they were before the first key, and as they are to be. */
  readonly features: readonly Feature[];
  readonly outlines: readonly Geometry[];
}

export class Nudges {
  #pending: Pending | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #unwatch: () => void;

  constructor(private readonly desk: DeskContext) {
    this.#unwatch = desk.selection.watch((features) => this.#selectionChanged(features));
    // Whatever comes next must find the step made.
    document.addEventListener("keydown", this.#onKey, true);
    document.addEventListener("pointerdown", this.settle, true);
    window.addEventListener("pagehide", this.settle);
  }

  close(): void {
    this.settle();
    this.#unwatch();
    document.removeEventListener("keydown", this.#onKey, true);
    document.removeEventListener("pointerdown", this.settle, true);
    window.removeEventListener("pagehide", this.settle);
  }

  /** Move the chosen corners, or else the objects, by world units. */
  move(dx: number, dy: number): void {
    const vertices: readonly VertexRef[] = this.desk.selection.vertices;
    if (!vertices.length)
      return this.#add(TEXTS.steps.moved, (features) =>
        move(
          features.map((f) => f.geometry),
          dx,
          dy,
        ),
      );
    this.#add(TEXTS.steps.verticesMoved, (features) => {
      const moved = new Map(
        moveVertices(features, vertices, dx, dy, this.desk.kinds.isBox).map(([f, outline]) => [f.uid, outline]),
      );
      return features.map((f) => moved.get(f.uid) ?? f.geometry);
    });
  }

  /** Rotate the objects counter-clockwise about their middle; in radians. */
  turn(angle: number): void {
    this.#add(TEXTS.steps.rotated, (features) => {
      const outlines = features.map((f) => f.geometry);
      return rotate(outlines, middleOf(outlines), angle);
    });
  }

  /** Make the longer side of all the objects together `by` world units longer, the other in proportion. */
  grow(by: number): void {
    this.#add(TEXTS.steps.scaled, (features) => {
      const outlines = features.map((f) => f.geometry);
      const [minX, minY, maxX, maxY] = unionExtent(outlines.map(extentOf));
      const side = Math.max(maxX - minX, maxY - minY);
      const scaled = side + by > Math.abs(by) ? scale(outlines, middleOf(outlines), (side + by) / side) : null;
      return !scaled || isRefused(scaled) ? outlines : scaled.ok;
    });
  }

  /** Make a step of what has been pressed. */
  readonly settle = (): void => {
    const pending = this.#pending;
    this.#pending = null;
    clearTimeout(this.#timer);
    if (pending)
      this.desk.outlines.reshape(
        pending.features.map((f, i): Reshaping => [f, pending.outlines[i]!]),
        pending.label,
      );
  };

  #add(label: string, shape: (features: readonly Feature[]) => Geometry[]): void {
    const { selection, edit } = this.desk;
    if (selection.empty || this.desk.sight.isOutOfSight()) return;
    if (this.#pending && this.#pending.label !== label) this.settle();
    const { features, outlines } = this.#pending ?? {
      features: selection.features,
      outlines: selection.features.map((f) => f.geometry),
    };
    this.#pending = { label, features, outlines: shape(features.map((f, i) => ({ ...f, geometry: outlines[i]! }))) };
    edit.preview(this.#reshapings(features));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.settle, TOGETHER_MS);
  }

  #reshapings(features: readonly Feature[]): Reshaping[] {
    return features.map((f, i) => [f, this.#pending!.outlines[i]!]);
  }

  /** Follow newer versions of the selected features; another selection ends the step. */
  #selectionChanged(features: readonly Feature[]): void {
    const pending = this.#pending;
    if (!pending) return;
    const same =
      features.length === pending.features.length && features.every((f, i) => f.uid === pending.features[i]!.uid);
    if (same) this.desk.edit.preview(this.#reshapings(features));
    else this.settle();
  }

  readonly #onKey = ({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): void => {
    const another = key.startsWith("Arrow") && (altKey || ctrlKey || metaKey);
    if (!another && !["Alt", "Control", "Meta", "Shift"].includes(key)) this.settle();
  };
}
